// Several PDFs of the service -> one, for documents of more pages than a request may have.
//
// They have the form that the service writes: a table of all objects at the end, each object a dictionary on one
// line, with a stream behind it or not. The pages of each PDF become a branch of a new tree of pages.

const ROOT = 1; // numbers of the new objects; those of the parts follow
const TREE = 2;
const LINE_END = 10;

const text = (bytes) => new TextDecoder("latin1").decode(bytes);

/** Return one PDF with the pages of several, all blobs. */
export async function mergePdfs(blobs) {
  const pieces = [];
  const offsets = [0, 0]; // of the objects 1, 2, ...
  let length = 0;
  const put = (piece) => {
    const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
    pieces.push(bytes);
    length += bytes.length;
  };
  const trees = [];
  let [pages, info] = [0, ""];
  for (const blob of blobs) {
    const part = parse(new Uint8Array(await blob.arrayBuffer()));
    const before = offsets.length;
    const moved = (entries) => entries.replace(/\b(\d+) 0 R\b/g, (_, number) => `${Number(number) + before} 0 R`);
    if (length === 0) put(part.head);
    info ||= moved(part.info);
    for (const { number, entries, rest } of part.objects) {
      const isTree = entries.startsWith("<< /Type /Pages ");
      if (isTree) trees.push(`${number + before} 0 R`);
      if (isTree) pages += Number(/\/Count (\d+)/.exec(entries)[1]);
      offsets[number + before - 1] = length;
      put(`${number + before} 0 obj\n`);
      put(isTree ? moved(entries).replace("/Pages ", `/Pages /Parent ${TREE} 0 R `) : moved(entries));
      put(rest);
    }
  }
  offsets[ROOT - 1] = length;
  put(`${ROOT} 0 obj\n<< /Type /Catalog /Pages ${TREE} 0 R >>\nendobj\n`);
  offsets[TREE - 1] = length;
  put(`${TREE} 0 obj\n<< /Type /Pages /Count ${pages} /Kids [${trees.join(" ")}] >>\nendobj\n`);
  const start = length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  put(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows.join("")}`);
  put(`trailer\n<< /Size ${offsets.length + 1} /Root ${ROOT} 0 R ${info} >>\nstartxref\n${start}\n%%EOF\n`);
  return new Blob(pieces, { type: "application/pdf" });
}

/** Return {head, info, objects} of a PDF: its first bytes, the entry Info, {number, entries, rest} of each object. */
function parse(bytes) {
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text(bytes.subarray(-64)))[1]);
  const end = text(bytes.subarray(start));
  const table = [...end.matchAll(/^(\d{10}) \d{5} n $/gm)].map(([, offset], index) => [Number(offset), index + 1]);
  table.sort(([one], [other]) => one - other); // as they stand in the file
  const objects = table.map(([offset, number], index) => {
    const dictionary = bytes.indexOf(LINE_END, offset) + 1; // behind "1 0 obj"
    const rest = bytes.indexOf(LINE_END, dictionary);
    const next = table[index + 1]?.[0] ?? start;
    return { number, entries: text(bytes.subarray(dictionary, rest)), rest: bytes.subarray(rest, next) };
  });
  return { head: bytes.subarray(0, table[0][0]), info: /\/Info \d+ 0 R/.exec(end)?.[0] ?? "", objects };
}
