// Levels of confidence, in whole percent. On validation lines of IAM (of eight other collections), 2 (3) in 100
// characters were wrong from 95 on, 7 (10) between 85 and 95, 15 (34) below 85.
const LEVELS = [
  { least: 95, name: "sure", mark: "✓", word: "sure" },
  { least: 85, name: "check", mark: "?", word: "check" },
  { least: 0, name: "doubt", mark: "!", word: "doubtful" },
];
const SURE_WORD = 0.8; // of the probability that the whole word is right

export const percentOf = (confidence) => Math.floor(100 * confidence);
export const levelOf = (confidence) => LEVELS.find(({ least }) => percentOf(confidence) >= least);

/** Return the words of a line as [text, whether it is doubtful]; null if they are unknown. */
export function wordsOf({ text, words }) {
  const parts = text.split(" ").filter(Boolean);
  if (!words || parts.length !== words.length) return null;
  return words.map((word, index) => [parts[index], word.confidence < SURE_WORD]);
}
