import { describe, expect, test } from 'vitest';
import { positionedLabel, type TokenView, tokenLabel } from '../../src/explorer/token-view.ts';
import { tokensView, unknownNote } from '../../src/panes/frame/tokens-view.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { widthOf } from '../../src/text/graphemes.ts';

const token = (text: string, start = 0, end = text.length, id: number | null = 7): TokenView => ({
  id,
  text,
  start,
  end,
});
const view = (tokens: TokenView[], query: number, widthCells: number, heightCells = 1, rest = {}) =>
  tokensView({
    text: '',
    tokens,
    tokenCount: tokens.length,
    query,
    size: { widthCells, heightCells },
    ...rest,
  });

describe('labels', () => {
  test('leave the mark of a word out, except where it is all there is', () => {
    expect(tokenLabel(token('▁river'))).toBe('river');
    expect(tokenLabel(token('ted'))).toBe('ted');
    expect(tokenLabel(token('▁'))).toBe('▁');
  });

  test('with a position are cut to their room', () => {
    const tokens = [token('▁pneumonoultramicroscopic')];
    expect(positionedLabel(tokens, 0, 40)).toBe('0 pneumonoultramicroscopic');
    for (let room = 4; room < 20; room++) expect(widthOf(positionedLabel(tokens, 0, room))).toBeLessThanOrEqual(room);
  });
});

describe('notes', () => {
  test('tell a word that the model does not have, and nothing of others', () => {
    expect(unknownNote(token('dog', 0, 3, null), 'dog')).toContain('unknown');
    expect(unknownNote(token('▁river'), 'river')).toBeNull();
  });

  test('name the characters that an unknown piece stands for, counted in code points', () => {
    expect(unknownNote(token('\uFFFD', 2, 3, 0), '👍👍🎉')).toContain('🎉');
  });
});

describe('the line of tokens', () => {
  const tokens = Array.from({ length: 40 }, (_, i) => token(`▁word${i}`));

  test('always shows the selected one, with its mark', () => {
    for (let query = 0; query < tokens.length; query++) {
      const text = view(tokens, query, 60).map(rowText).join('\n');
      expect(text).toContain(`▸${query} word${query} `);
    }
  });

  test('has no more lines than its room, and none that is too wide', () => {
    for (const heightCells of [1, 2, 3]) {
      for (const widthCells of [60, 80, 120]) {
        const rows = view(tokens, 20, widthCells, heightCells);
        expect(rows.length).toBeLessThanOrEqual(heightCells);
        for (const row of rows) expect(widthOf(rowText(row))).toBeLessThanOrEqual(widthCells);
      }
    }
  });

  test('tells that a text was cut, how much is used and where the rest begins', () => {
    const [row] = view([token('▁one', 0, 3)], 0, 80, 1, { text: 'one two three', tokenCount: 3 });
    expect(rowText(row!)).toMatch(/1 of 3 tokens.*two three/);
    expect(widthOf(rowText(row!))).toBeLessThanOrEqual(80);
  });
});
