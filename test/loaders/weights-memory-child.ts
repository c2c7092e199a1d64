import { openWeights } from '../../src/loaders/weights.ts';

/** Run by a test as a process of its own: reads all rows of every tensor of a folder into one array, a few at a time,
 *  and prints how much the peak of resident memory grew, in bytes. */
const [directory = '', rowsAtOnce = ''] = process.argv.slice(2);
const before = process.resourceUsage().maxRSS;
const weights = openWeights(directory);
const shapes = [...weights.names].map((name) => ({ name, shape: weights.shape(name) as [number, number] }));
const all = new Float32Array(shapes.reduce((sum, { shape: [rows, width] }) => sum + rows * width, 0));
let done = 0;
for (const { name, shape } of shapes) {
  const [rows, width] = shape;
  for (let row = 0; row < rows; row += Number(rowsAtOnce)) {
    const count = Math.min(Number(rowsAtOnce), rows - row);
    weights.readRows(name, row, count, all.subarray(done));
    done += count * width;
  }
}
weights.close();
const growthBytes = (process.resourceUsage().maxRSS - before) * 1024;
process.stdout.write(JSON.stringify({ growthBytes, arrayBytes: all.byteLength, last: all.at(-1) }));
