import {
  checkIndex,
  type Facts,
  indexOf,
  listSetting,
  modelCommands,
  refuse,
  screenCommands,
  textCommands,
  textSetting,
} from './setting.ts';

/** A token that was appended, and its place in the text in code points. */
export interface AppendedToken {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** What is read, and by which model. */
export const textSettings = {
  text: textSetting({ flag: null, help: 'the text to look at', commands: textCommands }, 'TEXT', ''),
  model: textSetting(
    {
      flag: 'model',
      help: 'use-lite (the default), example, a model folder, or ORG/NAME in the Hugging Face cache',
      commands: modelCommands,
    },
    'NAME|DIR',
    'use-lite',
  ),
  other: textSetting(
    { flag: 'other', help: 'a second sentence to compare with TEXT: B where TEXT is A', commands: screenCommands },
    'TEXT',
    null,
  ),
  segmentB: {
    ...textSetting(
      { flag: 'pair', help: 'a second segment, for models that read pairs', commands: textCommands },
      'TEXT',
      null,
    ),
    check: (value: string | null, { model, readsPairs }: Facts) => {
      if (value !== null && !readsPairs) refuse(`${model.name} (${model.type}) reads one text alone`, null);
    },
  },
  target: {
    ...textSetting(
      { flag: 'target', help: 'what the decoder of an encoder-decoder model reads', commands: textCommands },
      'TEXT',
      null,
    ),
    check: (value: string | null, { model }: Facts) => {
      if (value !== null && model.decoder === null)
        refuse(`${model.name} (${model.type}) has no decoder that could read it; --model t5-small has`, null);
    },
  },
  appended: appendedSetting('appended', 'text'),
  appendedTarget: appendedSetting('appended-target', 'target'),
};

function appendedSetting(flag: string, of: 'text' | 'target') {
  const help = `tokens that were appended to the ${of}, such as 262:9-13: the id and the code points`;
  return listSetting<AppendedToken>(
    { flag, help, commands: ['explore', 'show', 'trace'] },
    'TOKEN,...',
    (given) => {
      const [id = Number.NaN, start = Number.NaN, end = Number.NaN] = (/^(\d+):(\d+)-(\d+)$/.exec(given) ?? [])
        .slice(1)
        .map(indexOf);
      return start <= end ? { id, start, end } : refuse('ID:START-END is expected, such as 262:9-13', given);
    },
    appendedText,
    (token, { model, ...texts }) => {
      const given = appendedText(token);
      checkIndex(token.id, model.vocabSize, `the vocabulary of ${model.name} has tokens`, given, `token ${token.id}`);
      checkIndex(token.end, Array.from(texts[of]).length + 1, `the ${of} has ends`, given, `end ${token.end}`);
    },
  );
}

function appendedText({ id, start, end }: AppendedToken): string {
  return `${id}:${start}-${end}`;
}
