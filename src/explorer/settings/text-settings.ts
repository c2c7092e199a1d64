import {
  checkIndex,
  type Facts,
  indexOf,
  listValue,
  modelCommands,
  option,
  refuse,
  screenCommands,
  textCommands,
  textValue,
} from './setting.ts';

/** A token that was appended, and its place in the text in code points. */
export interface AppendedToken {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

const modelHelp = 'use-lite (the default), example, a model folder, or ORG/NAME in the Hugging Face cache';

const controlHelp = 'with --view word: a third sentence (C) that has the word in the same sense as TEXT';

/** The texts, and the model that reads them. */
export const textSettings = {
  text: { ...option(null, 'TEXT', 'the text to look at', textCommands), ...textValue('') },
  model: { ...option('model', 'NAME|DIR', modelHelp, modelCommands), ...textValue('use-lite') },
  sentenceB: {
    ...option('other', 'TEXT', 'a second sentence (B) to compare with TEXT (A)', screenCommands),
    ...textValue(null),
  },
  control: {
    ...option('control', 'TEXT', controlHelp, screenCommands),
    ...textValue(null),
  },
  segmentB: {
    ...option('pair', 'TEXT', 'a second segment, for models that read pairs', textCommands),
    ...textValue(null),
    check: (value: string | null, { model, readsPairs }: Facts) => {
      if (value !== null && !readsPairs) refuse(`${model.name} (${model.type}) reads only one text`, null);
    },
  },
  target: {
    ...option('target', 'TEXT', 'what the decoder of an encoder-decoder model reads', textCommands),
    ...textValue(null),
    check: (value: string | null, { model }: Facts) => {
      if (value !== null && model.decoder === null)
        refuse(`${model.name} (${model.type}) has no decoder to read it; --model t5-small has one`, null);
    },
  },
  appended: appendedSetting('appended', 'text'),
  appendedTarget: appendedSetting('appended-target', 'target'),
};

function appendedSetting(flag: string, of: 'text' | 'target') {
  const help = `tokens appended to the ${of}, such as 262:9-13: token id and range of code points`;
  return {
    ...option(flag, 'TOKEN,...', help, ['explore', 'show', 'trace']),
    ...listValue<AppendedToken>(
      (given) => {
        const found = /^(\d+):(\d+)-(\d+)$/.exec(given) ?? [];
        const [id = Number.NaN, start = Number.NaN, end = Number.NaN] = found.slice(1).map(indexOf);
        return start <= end ? { id, start, end } : refuse('ID:START-END is expected, such as 262:9-13', given);
      },
      appendedText,
      (token, { model, ...texts }) => {
        const given = appendedText(token);
        checkIndex(token.id, model.vocabSize, `the vocabulary of ${model.name} has tokens`, given, `token ${token.id}`);
        checkIndex(token.end, Array.from(texts[of]).length + 1, `the ${of} has ends`, given, `end ${token.end}`);
      },
    ),
  };
}

function appendedText({ id, start, end }: AppendedToken): string {
  return `${id}:${start}-${end}`;
}
