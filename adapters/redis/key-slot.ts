/** What stands in the first pair of braces of a key: keys that share it lie on one node. Our keys all have one. */
export function tagOf(key: string): string {
  const start = key.indexOf('{') + 1;
  const end = key.indexOf('}', start);
  if (start === 0 || end <= start) throw new Error(`the key ${key} has no hash tag`);
  return key.slice(start, end);
}

const slots = 16_384;
const polynomial = 0x1021;

/** The slot of a cluster in which a hash tag lies: CRC-16/XMODEM of its bytes. Our tags are ASCII. */
export function slotOf(tag: string): number {
  let sum = 0;
  for (let index = 0; index < tag.length; index += 1) {
    sum ^= tag.charCodeAt(index) << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      sum = (sum & 0x8000) === 0 ? sum << 1 : ((sum << 1) ^ polynomial) & 0xffff;
    }
  }
  return sum % slots;
}
