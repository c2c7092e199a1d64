import type { ControlProblem, StageContrast, WordContrast } from '../../core/measures/word-contrast.ts';
import { listed } from '../../text/list.ts';
import { fixed } from '../kit/format.ts';

/** How a position reaches the model: as a vector at the input, as distances in its attention, or not at all. */
export type PositionKind = 'added' | 'distances' | 'none';

/** Thousandths of a cosine. A smaller difference counts as none: other sentences with the same sense vary by as much. */
const threshold = 50;

type Counted = Pick<StageContrast, 'cosine' | 'control' | 'moved' | 'movedControl'>;

/** What the numbers of the selected layer's end show about the word, and no more. It compares the numbers as they are printed. Sentences
 *  name keys as `{action}`; the last one is about senses. */
export function wordConclusion(contrast: WordContrast, positions: PositionKind): string[] {
  const { stages, word, isSame, isSameText } = contrast;
  const found = pointsOf(contrast);
  if (found === null) return [`"${word}" has no numbers in this model: there is nothing to compare.`];
  if (isSame)
    return [
      isSameText
        ? `A and B have the same tokens, and this is "${word}" at the same place: nothing differs, so the cosine is 1.000 at every stage.`
        : `Up to "${word}", A and B have the same tokens, and no token sees a later one: nothing differs for this word.`,
    ];
  const { input, end } = found;
  const isTwoPlaces = isSameText && contrast.a.places[0] !== contrast.b.places[0];
  const sentences = [
    isTwoPlaces ? 'A and B have the same tokens: this compares two places in one text.' : '',
    startSentence(contrast, stages, positions),
    moveSentence(contrast, input, end),
    placeSentence(contrast, positions, input, end),
    senseSentence(contrast, positions, input, end),
  ];
  return sentences.filter((sentence) => sentence !== '');
}

/** The rule behind the words. */
export function ruleText({ movedTo, hasControls }: WordContrast): string {
  const too = movedTo !== null && hasControls ? `; both at @${movedTo} too` : '';
  const limit = number(threshold);
  return `rule: apart ≥ ${limit} below the input, senses ≥ ${limit} below A–C${too}`;
}

/** The input, and the end of the selected layer. */
function pointsOf({ stages, layer }: WordContrast) {
  const at = (part: StageContrast['part']) => stages.find((one) => one.layer === layer && one.part === part);
  const [input, end] = [stages.find(({ part }) => part === 'input'), at('output') ?? at('attention')];
  return input?.cosine == null || end?.cosine == null ? null : { input, end };
}

/** A cosine in thousandths, as it is printed. */
function thousandths(cosine: number): number {
  return Math.round(Number(cosine.toFixed(3)) * 1000);
}

function number(value: number): string {
  return fixed(value / 1000, 3);
}

/** How far the second cosine lies below the first; NaN if one is missing. */
function dropOf(from: number | null, to: number | null): number {
  return from === null || to === null ? Number.NaN : thousandths(from) - thousandths(to);
}

/** Whether the second cosine lies so far below the first; false if one is missing. */
function isApart(from: number | null, to: number | null): boolean {
  return dropOf(from, to) >= threshold;
}

const shown = (cosine: number | null) => number(thousandths(cosine ?? Number.NaN));

function startSentence({ a, b }: WordContrast, stages: readonly StageContrast[], positions: PositionKind): string {
  const [first, input] = (['static', 'input'] as const).map((part) => stages.find((one) => one.part === part)?.cosine);
  if (first == null || input == null) return '';
  if (first < 1) {
    const after = positions === 'added' ? `; with positions ${shown(input)}` : '';
    return `At the start: its tokens differ, so ${shown(first)}${after}.`;
  }
  const same = `At the start: same ${a.places.length > 1 ? 'tokens' : 'token'}, ${shown(first)}`;
  const [placeA = 0, placeB = 0] = [a.places[0], b.places[0]];
  if (positions === 'none') return `${same}; this model adds no position.`;
  if (positions === 'distances') return `${same}; no position is added, attention sees distances.`;
  if (placeA === placeB) return `${same}; both are at position ${placeA}: ${shown(input)}.`;
  return `${same}; positions ${placeA} and ${placeB} alone make it ${shown(input)}.`;
}

function moveSentence({ layer }: WordContrast, input: Counted, end: StageContrast): string {
  const place = end.part === 'output' ? `After layer ${layer}` : `After attention of layer ${layer}`;
  const drop = dropOf(input.cosine, end.cosine);
  const from = drop === 0 ? 'as at the input' : `${number(Math.abs(drop))} ${drop > 0 ? 'below' : 'above'} the input`;
  const move = drop >= threshold ? 'moved apart' : drop <= -threshold ? 'moved closer' : 'hardly moved';
  return `${place}: ${shown(end.cosine)}, ${from}: ${move}.`;
}

/** What different positions have to do with it; '' if nothing is known. */
function placeSentence(
  { a, b, movedTo, hasControls }: WordContrast,
  positions: PositionKind,
  input: Counted,
  end: Counted,
): string {
  if (positions !== 'added' || a.places[0] === b.places[0] || !hasControls) return '';
  if (movedTo === null || input.moved === null || end.moved === null)
    return 'Part of this can be position: the texts are too long to read both at one.';
  const numbers = `With both at position ${movedTo}: ${shown(input.moved)}, then ${shown(end.moved)}`;
  if (!isApart(input.cosine, end.cosine)) return `${numbers}.`;
  return isApart(input.moved, end.moved)
    ? `${numbers}: not by position alone.`
    : `${numbers}: not apart at one position.`;
}

/** Compares A–B with A–C, which has the same sense, or says why that would show nothing. */
function senseSentence(contrast: WordContrast, positions: PositionKind, input: Counted, end: Counted): string {
  const { word, alone, isAltered, hasControls, controlProblem, movedTo } = contrast;
  if (isAltered)
    return 'A runs with changes at its tokens, B without them: no verdict on senses. {all-back} undoes the changes.';
  if (alone.length > 0)
    return `No word comes before "${word}" in ${listed(alone)}, and no token sees a later one: no context there, so no verdict on senses.`;
  if (!hasControls) return 'The controls are still being computed.';
  if (controlProblem !== null) return controlSentences[controlProblem].replace('WORD', word);
  const [gap, movedGap] = [dropOf(end.control, end.cosine), dropOf(end.movedControl, end.moved)];
  if (Number.isNaN(gap)) return 'C has no number here: there is no same-sense pair to compare with.';
  const below = gap > 0 ? `A–B is ${number(gap)} lower` : gap < 0 ? `A–B is ${number(-gap)} higher` : 'A–B is equal';
  const start = `A–C, the same sense: ${shown(end.control)}. ${below}`;
  if (gap < threshold)
    return movedGap >= threshold
      ? `${start}, but at position ${movedTo} it is ${number(movedGap)} lower: no verdict on senses.`
      : `${start}: A and B differ ${gap > 0 ? 'hardly' : 'no'} more than this same-sense pair.`;
  const doubt = doubtOf(contrast, positions, { input, end });
  if (doubt !== null) return `${start}, but ${doubt}: no verdict on senses.`;
  return `${start}: the contexts of A and B set "${word}" further apart than those of A and C.`;
}

const controlSentences: Readonly<Record<ControlProblem, string>> = {
  none: 'No same-sense sentence to compare: press {control} to add one. No verdict on senses.',
  'no word': 'C has no "WORD": press {control} to type a sentence that uses it as A does.',
  'same as A':
    'For "WORD", the model reads the same in C as in A: press {control} to type another sentence with this sense.',
};

/** What other than context can explain that A–B lies below A–C; null: nothing that was measured. */
function doubtOf(
  { stages, isElsewhere, movedTo }: WordContrast,
  positions: PositionKind,
  { input, end }: { readonly input: Counted; readonly end: Counted },
): string | null {
  const first = stages.find(({ part }) => part === 'static');
  if (first?.cosine !== 1 || first.control !== 1) return 'its tokens differ';
  if (!isApart(input.cosine, end.cosine)) return 'A and B did not move apart from the input';
  if (positions !== 'added' || !isElsewhere) return null;
  if (movedTo === null) return 'the positions differ, and the texts are too long to be read at one';
  if (!isApart(input.moved, end.moved)) return `at position ${movedTo} A and B did not move apart`;
  if (!isApart(end.movedControl, end.moved))
    return `at position ${movedTo} it is not (${shown(end.moved)} and ${shown(end.movedControl)})`;
  return null;
}
