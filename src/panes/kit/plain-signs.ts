import { type Row, rowText } from './cells.ts';

const plain: Readonly<Record<string, string>> = {
  Σ: 'sum',
  '·': '*',
  '×': 'x',
  '÷': '/',
  '−': '-',
  '√': 'sqrt ',
  '∞': 'inf',
  '‖': '|',
  '²': '^2',
  α: 'a',
  θ: 'theta',
  ε: 'eps',
  ᵀ: '^T',
  ᵢ: '_i',
  ⱼ: '_j',
  '≥': '>=',
  '…': '~',
  '—': '-',
  '–': '-',
  '→': '->',
  '↑': 'up',
  '↓': 'down',
};

/** The signs of formulas in ASCII; other letters, as a user typed them, stay. */
export function plainSigns(text: string): string {
  return text
    .replace(/[₀-₉]+/g, (digits) => `_${[...digits].map((digit) => digit.charCodeAt(0) - 0x2080).join('')}`)
    .replace(/[Σ·×÷−√∞‖²αθεᵀᵢⱼ≥…—–→↑↓]/g, (sign) => plain[sign] ?? sign);
}

/** Rows in ASCII, cut to the width, which the longer signs can take them over. */
export function plainRows(rows: readonly Row[], widthCells: number): Row[] {
  return rows.map((row) => {
    let room = widthCells;
    const cells = row.map((one) => {
      const text = plainSigns(one.text).slice(0, Math.max(0, room));
      room -= text.length;
      return { ...one, text };
    });
    return rowText(row) === rowText(cells) ? row : cells;
  });
}
