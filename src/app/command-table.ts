import { ablationMeasures } from '../core/measures/ablation-effect.ts';
import { type CommandName, commandNames, modelCommands, type OptionRow } from '../explorer/settings/setting.ts';
import type { GivenSettings } from '../explorer/settings/settings.ts';
import { themeNames } from '../terminal/colour/theme.ts';

interface CommandRow {
  /** As the help writes it; null: the command takes no TEXT. */
  readonly argument: '[TEXT]' | '<TEXT>' | '<ORG/NAME>' | null;
  readonly does: string;
  readonly examples: readonly string[];
}

export const commands: Readonly<Record<CommandName, CommandRow>> = {
  explore: {
    argument: '[TEXT]',
    does: 'See what a transformer attends to, in a terminal, on every keystroke.',
    examples: [
      'attnscope "please study man" --layer 1 --head 2',
      'attnscope show "please study man" --scale-factor 0.5',
    ],
  },
  show: {
    argument: '<TEXT>',
    does: "print tokens, the selected head's heatmap and the context vectors",
    examples: ['attnscope show "please study man"', 'attnscope show "please study man" --view heads --ablate 0.1'],
  },
  trace: {
    argument: '<TEXT>',
    does: 'print the computation as one JSON object',
    examples: ['attnscope trace "please study man" --json', 'attnscope trace - --json --fields q,k,weights < text.txt'],
  },
  heads: {
    argument: '[TEXT]',
    does: 'print what every head does, as a table of scores',
    examples: ['attnscope heads "please study man" --sort entropy', 'attnscope heads --file sentences.txt --csv'],
  },
  contextuality: {
    argument: null,
    does: 'measure one word in several sentences, at every stage of the model',
    examples: ['attnscope contextuality --set bank'],
  },
  'ablation-sweep': {
    argument: '<TEXT>',
    does: 'switch every head off in turn and rank them by the effect',
    examples: ['attnscope ablation-sweep "please study man" --sort output'],
  },
  generate: {
    argument: '<TEXT>',
    does: "print the model's greedy continuation of TEXT",
    examples: ['attnscope generate "Once upon a time" --model ./gpt2 --tokens 20'],
  },
  models: {
    argument: null,
    does: 'list the models that are here, and which can be used',
    examples: ['attnscope models --families'],
  },
  pull: {
    argument: '<ORG/NAME>',
    does: 'download a model from Hugging Face into its local cache',
    examples: ['attnscope pull google-bert/bert-base-uncased'],
  },
};

const drawn: readonly CommandName[] = ['explore', 'show'];

/** Options of what a command does and prints. */
export const ownOptions = {
  fields: { flag: 'fields', metavar: 'a,b|all', help: 'what to print; weights by default', commands: ['trace'] },
  file: {
    flag: 'file',
    metavar: 'FILE',
    help: 'the mean over the lines of a text file; - is standard input',
    commands: ['heads'],
  },
  explain: {
    flag: 'explain',
    metavar: null,
    help: 'print what the scores are, with formulas and sources',
    conflicts: ['csv'],
    commands: ['heads'],
  },
  rankBy: {
    flag: 'sort',
    metavar: 'EFFECT',
    help: "the effect to rank by; that on the model's last result by default",
    choices: ablationMeasures,
    commands: ['ablation-sweep'],
  },
  set: {
    flag: 'set',
    metavar: 'NAME|FILE',
    help: 'a set of sentences, built in or in a JSON file; all by default',
    commands: ['contextuality'],
  },
  static: {
    flag: 'static',
    metavar: 'FILE',
    help: 'word vectors of word2vec or GloVe to compare with',
    commands: ['explore', 'show', 'contextuality'],
  },
  tokens: { flag: 'tokens', metavar: 'N', help: 'how many tokens at most; 20 by default', commands: ['generate'] },
  families: { flag: 'families', metavar: null, help: 'which families of models can be used', commands: ['models'] },
  revision: {
    flag: 'revision',
    metavar: 'R',
    help: 'a branch, a tag or a commit; main by default',
    commands: ['pull'],
  },
  json: {
    flag: 'json',
    metavar: null,
    help: 'print JSON',
    conflicts: ['csv'],
    commands: ['trace', 'heads', 'contextuality', 'ablation-sweep', 'generate', 'models'],
  },
  csv: {
    flag: 'csv',
    metavar: null,
    help: 'print comma-separated values',
    commands: ['heads', 'contextuality', 'ablation-sweep'],
  },
} as const satisfies Readonly<Record<string, OptionRow>>;

/** Options of how it is drawn, and by which means it is computed. */
export const drawingOptions = {
  ascii: {
    flag: 'ascii',
    metavar: null,
    help: 'plain ASCII characters only',
    commands: [...modelCommands, 'pull'] as readonly CommandName[],
  },
  color: {
    flag: 'color',
    metavar: 'WHEN',
    help: 'colours',
    choices: ['never', '16', '256', 'truecolor', 'auto'],
    commands: drawn,
  },
  theme: { flag: 'theme', metavar: 'NAME', help: 'colour theme', choices: themeNames, commands: drawn },
  synchronized: {
    flag: 'no-synchronized',
    metavar: null,
    help: 'leave synchronized updates (mode 2026) out',
    commands: ['explore'],
  },
  revectorize: {
    flag: 'no-revectorize',
    metavar: null,
    help: 'leave 256-bit kernels out; they are used where a test at the start finds them right and faster',
    commands: modelCommands,
  },
  secondThread: {
    flag: 'no-second-thread',
    metavar: null,
    help: 'compute large models in one thread, also where a test at the start finds two right and faster',
    commands: ['explore'],
  },
} as const satisfies Readonly<Record<string, OptionRow>>;

type OptionRows = typeof ownOptions & typeof drawingOptions;
type GivenOption<Row> = Row extends { readonly metavar: null }
  ? boolean
  : Row extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

/** The options as they were given; numbers are not yet checked against a model. */
export type Options = GivenSettings & { readonly [Name in keyof OptionRows]?: GivenOption<OptionRows[Name]> };

export function isCommandName(word: string): boolean {
  return commandNames.some((name) => name === word && name !== 'explore');
}
