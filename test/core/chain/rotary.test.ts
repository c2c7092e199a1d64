import { expect, test } from 'vitest';
import { rotate } from '../../../src/core/chain/rotary.ts';
import { blocks, blocksOf, vector } from '../../support/tensors.ts';

const x = blocks([
  [
    [1, 2, 3, 4, 5],
    [1, 2, 3, 4, 5],
  ],
]);
const [cos1, sin1, cosHalf, sinHalf] = [Math.cos(1), Math.sin(1), Math.cos(0.5), Math.sin(0.5)];

test('position 0 is not turned, position 1 by the frequencies; dimensions beyond the pairs stay', () => {
  const turned = blocksOf(
    rotate(x, { frequencies: vector([1, 0.5]), longer: null, pairing: 'halves', amplitude: 1 }),
  )[0]!;
  expect(turned[0]).toEqual([1, 2, 3, 4, 5]);
  // Pairs (1, 3) by 1 and (2, 4) by ½.
  const expected = [cos1 - 3 * sin1, 2 * cosHalf - 4 * sinHalf, 3 * cos1 + sin1, 4 * cosHalf + 2 * sinHalf, 5];
  expected.forEach((value, i) => {
    expect(turned[1]![i]).toBeCloseTo(value, 5);
  });
});

test('neighbours are paired where the model does so', () => {
  const turned = blocksOf(
    rotate(x, { frequencies: vector([1, 0.5]), longer: null, pairing: 'neighbours', amplitude: 1 }),
  )[0]![1]!;
  const expected = [cos1 - 2 * sin1, 2 * cos1 + sin1, 3 * cosHalf - 4 * sinHalf, 4 * cosHalf + 3 * sinHalf, 5];
  expected.forEach((value, i) => {
    expect(turned[i]).toBeCloseTo(value, 5);
  });
});

test('q·k after rotation depends on the distance alone', () => {
  const token = [0.3, -1, 2, 0.7];
  const all = rotate(blocks([Array.from({ length: 6 }, () => token)]), {
    frequencies: vector([1, 0.1]),
    longer: null,
    pairing: 'halves',
    amplitude: 1,
  });
  const dot = (a: number, b: number) =>
    blocksOf(all)[0]![a]!.reduce((sum, v, i) => sum + v * blocksOf(all)[0]![b]![i]!, 0);
  expect(dot(5, 3)).toBeCloseTo(dot(2, 0), 4);
  expect(dot(5, 3)).not.toBeCloseTo(dot(5, 2), 2);
});

test('the amplitude scales what is rotated', () => {
  const turned = blocksOf(
    rotate(x, { frequencies: vector([1]), longer: null, pairing: 'halves', amplitude: 2 }),
  )[0]![0]!;
  expect(turned).toEqual([2, 4, 3, 4, 5]);
});

test('texts beyond a length have frequencies of their own, at every position', () => {
  const longer = { after: 1, frequencies: vector([0.5]) };
  const parameters = { frequencies: vector([1]), longer, pairing: 'halves', amplitude: 1 } as const;
  const [, second] = blocksOf(rotate(x, parameters))[0]!;
  expect(second![0]).toBeCloseTo(cosHalf - 2 * sinHalf, 5);
  const two = rotate(x, { ...parameters, longer: { ...longer, after: 2 } });
  expect(blocksOf(two)[0]![1]![0]).toBeCloseTo(cos1 - 2 * sin1, 5);
});
