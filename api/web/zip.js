// ZIP files without compression (PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).

const UTF8_NAMES = 0x0800;
const VERSION = 20;
const DATE_1980 = 0x21; // times would make two files of the same content differ

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function checksum(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Return numbers as little-endian bytes: fields is [[value, size in bytes], ...]. */
function packed(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of fields) {
    for (let byte = 0; byte < size; byte++) bytes[at++] = (value >>> (8 * byte)) & 255;
  }
  return bytes;
}

/** Return a ZIP file of entries [name, blob or text], below 4 GB and 65,536 entries. */
export async function zip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  const put = (...pieces) => {
    for (const piece of pieces) offset += piece.length;
    parts.push(...pieces);
  };
  for (const [name, content] of entries) {
    const data = new Uint8Array(await new Blob([content]).arrayBuffer());
    const path = new TextEncoder().encode(name);
    const common = [[VERSION, 2], [UTF8_NAMES, 2], [0, 2], [0, 2], [DATE_1980, 2], [checksum(data), 4]];
    common.push([data.length, 4], [data.length, 4], [path.length, 2], [0, 2]);
    const rest = [[0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]];
    directory.push(packed([[0x02014b50, 4], [VERSION, 2], ...common, ...rest]), path);
    put(packed([[0x04034b50, 4], ...common]), path, data);
  }
  const start = offset;
  put(...directory);
  const count = directory.length / 2;
  const end = [[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [offset - start, 4], [start, 4], [0, 2]];
  return new Blob([...parts, packed(end)], { type: "application/zip" });
}
