import type { Explorer } from '../../explorer/explorer.ts';
import { padEnd, padStart } from '../../text/fitted-text.ts';
import { awaited, cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { bar, compact, percent } from '../kit/format.ts';
import { ablatedIn, commonInput, parametersIn } from '../kit/inputs.ts';
import { moveHead, moveQuery } from '../kit/moves.ts';
import { tokenName } from '../kit/names.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { tenthsOf } from '../kit/shares.ts';
import { pageOf, windowText } from '../kit/viewport.ts';

export const mixPane = definePane({
  name: 'mix',
  title: 'heads through W_O',
  order: 10,
  key: '0',
  view: 'mix',
  place: 'beside',
  needs: ['contributions'],
  upDown: moveQuery,
  leftRight: moveHead,
  explains: () => 'attentionOutput',
  rows,
  heightOf: () => 60,
});

const explanation =
  'share: how much a part lies along the output, (part · output) / ‖output‖². Shares sum to 100 %; a negative share opposes the output.';

/** What each head brings to the selected token's attention output through W_O: norms, and shares that sum to the whole. */
function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { queries, selection, size } = commonInput(explorer, context);
  const contributions = explorer.run.value.answers.contributions.value;
  if (contributions === null) return [awaited];
  const isOff = ablatedIn(explorer);
  const name = tokenName(queries, selection.query);
  const { heads, bias, outputNorm } = contributions;
  const formula =
    parametersIn(explorer).wO === null
      ? `this model has no W_O: it concatenates the heads of ${name}`
      : `attention output of ${name} = Σ over heads of context × W_O${bias === null ? '' : ' + b_O'}`;
  const above = wrappedRows(formula, size.widthCells, 'strong');
  const tenths = tenthsOf([...heads.map(({ share }) => share), ...(bias === null ? [] : [bias.share])]);
  const all = tenths.reduce((sum, one) => sum + one, 0);
  const tail: Row[] = [
    ...(bias === null ? [] : [line('b_O', bias.norm, (tenths.at(-1) ?? 0) / 1000, 'plain', size)]),
    [
      cell(padEnd('all', 8) + padStart(compact(outputNorm), 8), 'strong'),
      cell(padStart(percent(all / 1000), 10), 'strong'),
    ],
  ];
  const words = wrappedRows(explanation, size.widthCells, 'dim');
  const hasWords = above.length + 1 + heads.length + tail.length + words.length <= size.heightCells;
  const below = hasWords ? [...tail, ...words] : tail;
  const shown = pageOf(heads.length, Math.max(1, size.heightCells - above.length - 1 - below.length), selection.head);
  const lines = heads.slice(shown.start, shown.end).map(({ head: index, norm }): Row => {
    const isSelected = index === selection.head;
    const label = `${isSelected ? '▸' : ' '}H${index}${isOff(selection.layer, index) ? ' off' : ''}`;
    return line(label, norm, (tenths[index] ?? Number.NaN) / 1000, isSelected ? 'accent' : 'plain', size);
  });
  const columns = `${padEnd('head', 8)}${padStart('norm', 8)}${padStart('share', 10)}`;
  const more = windowText('heads', shown, heads.length);
  return [...above, [cell(columns + more, 'dim')], ...lines, ...below].slice(0, size.heightCells);
}

function line(label: string, norm: number, share: number, tone: 'plain' | 'accent', size: Size): Row {
  const text = padEnd(label, 8) + padStart(compact(norm), 8) + padStart(percent(share), 10);
  return [cell(text, tone), cell(` ${bar(share, Math.max(0, size.widthCells - 28))}`, 'dim')];
}
