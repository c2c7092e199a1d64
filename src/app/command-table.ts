import { ablationMeasures } from '../core/measures/ablation-effect.ts';
import {
  type CommandName,
  modelCommands,
  type OptionRow,
  option,
  screenCommands,
} from '../explorer/settings/setting.ts';
import type { GivenSettings } from '../explorer/settings/settings.ts';

interface CommandRow {
  /** null: the command takes none. */
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
    does: 'switch off every head in turn and rank the heads by effect',
    examples: ['attnscope ablation-sweep "please study man" --sort output'],
  },
  generate: {
    argument: '<TEXT>',
    does: "print the model's greedy continuation of TEXT",
    examples: ['attnscope generate "Once upon a time" --model ./gpt2 --tokens 20'],
  },
  models: {
    argument: null,
    does: 'list the local models and say which can be used',
    examples: ['attnscope models --families'],
  },
  pull: {
    argument: '<ORG/NAME>',
    does: 'download a model from Hugging Face into its local cache',
    examples: ['attnscope pull google-bert/bert-base-uncased'],
  },
};

/** The first one is the program without a command. */
export const commandNames = Object.keys(commands) as readonly CommandName[];

const tabular = ['heads', 'contextuality', 'ablation-sweep'] as const;
const revectorizeHelp = 'turn off 256-bit kernels; otherwise they run if a test at start finds them correct and faster';
const threadHelp = 'compute large models in one thread, even if a test at start finds two correct and faster';

/** What a command does and prints. */
export const ownOptions = {
  fields: option('fields', 'a,b|all', 'what to print; weights by default', ['trace']),
  file: option('file', 'FILE', 'print means over the lines of a text file; - is standard input', ['heads']),
  explain: {
    ...option('explain', null, 'also print what the scores mean, with formulas and sources', ['heads']),
    conflicts: ['csv'],
  },
  rankBy: {
    ...option('sort', 'EFFECT', 'effect to rank by; by default the one on the last result', ['ablation-sweep']),
    choices: ablationMeasures,
  },
  set: option('set', 'NAME|FILE', 'a built-in set of sentences or a JSON file; all sets by default', ['contextuality']),
  static: option('static', 'FILE', 'word2vec or GloVe vectors to compare with', [...screenCommands, 'contextuality']),
  tokens: option('tokens', 'N', 'how many tokens to print at most; 20 by default', ['generate']),
  families: option('families', null, 'list the model families that can be used', ['models']),
  revision: option('revision', 'R', 'a branch, a tag or a commit; main by default', ['pull']),
  json: { ...option('json', null, 'print JSON', ['trace', ...tabular, 'generate', 'models']), conflicts: ['csv'] },
  csv: option('csv', null, 'print comma-separated values', tabular),
} as const satisfies Readonly<Record<string, OptionRow>>;

/** How a command draws and computes. */
export const drawingOptions = {
  ascii: option('ascii', null, 'plain ASCII characters only', [...modelCommands, 'pull']),
  color: {
    ...option('color', 'WHEN', 'how many colours to use', screenCommands),
    choices: ['never', '16', '256', 'truecolor', 'auto'],
  },
  synchronized: option('no-synchronized', null, 'turn off synchronized updates (mode 2026)', ['explore']),
  revectorize: option('no-revectorize', null, revectorizeHelp, modelCommands),
  secondThread: option('no-second-thread', null, threadHelp, ['explore']),
} as const satisfies Readonly<Record<string, OptionRow>>;

type OptionRows = typeof ownOptions & typeof drawingOptions;
type GivenOption<Row> = Row extends { readonly metavar: null }
  ? boolean
  : Row extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

/** The options as given: not yet checked against a model. */
export type Options = GivenSettings & { readonly [Name in keyof OptionRows]?: GivenOption<OptionRows[Name]> };

export function isCommandName(word: string): boolean {
  return word !== 'explore' && Object.hasOwn(commands, word);
}
