import { Command, CommanderError, Option } from 'commander';
import type { ColourOption } from '../terminal/colour/depth.ts';
import { themeNames } from '../terminal/colour/theme.ts';
import { listed } from '../text/list.ts';
import { type ViewName, viewNames } from './commands/show-views.ts';
import { UsageError } from './usage-error.ts';

const colourChoices: readonly ColourOption[] = ['never', '16', '256', 'truecolor', 'auto'];

export const commandNames = [
  'show',
  'trace',
  'heads',
  'contextuality',
  'ablation-sweep',
  'generate',
  'models',
  'pull',
] as const;
export type CommandName = (typeof commandNames)[number] | 'explore';

/** The command line as it was given; numbers are not yet checked against a model. */
export interface Arguments {
  readonly command: CommandName;
  /** null: none was given; '-' stands for standard input. */
  readonly text: string | null;
  readonly options: Options;
}

export interface Options {
  readonly model?: string;
  readonly layer?: string;
  readonly head?: string;
  readonly query?: string;
  readonly mask?: 'none' | 'causal';
  readonly scaleFactor?: string;
  readonly ablate?: string;
  readonly target?: string;
  readonly other?: string;
  readonly pair?: string;
  readonly fields?: string;
  readonly file?: string;
  readonly sort?: string;
  readonly csv?: boolean;
  readonly state?: string;
  readonly set?: string;
  readonly static?: string;
  readonly explain?: boolean;
  readonly tokens?: string;
  readonly view?: ViewName;
  readonly json?: boolean;
  readonly ascii?: boolean;
  readonly color?: ColourOption;
  readonly theme?: string;
  readonly synchronized?: boolean;
  readonly revectorize?: boolean;
  readonly secondThread?: boolean;
  readonly families?: boolean;
  readonly revision?: string;
}

/** Options that belong to some commands only. */
const belongsTo: Partial<Record<keyof Options, readonly CommandName[]>> = {
  fields: ['trace'],
  view: ['show', 'explore'],
  file: ['heads'],
  sort: ['heads', 'ablation-sweep'],
  csv: ['heads', 'contextuality', 'ablation-sweep'],
  state: ['show', 'explore'],
  other: ['show', 'explore'],
  set: ['contextuality'],
  static: ['contextuality', 'show', 'explore'],
  explain: ['heads'],
  json: ['trace', 'heads', 'contextuality', 'ablation-sweep', 'generate', 'models'],
  tokens: ['generate'],
  families: ['models'],
  revision: ['pull'],
};

const help = `
commands:
  attnscope [TEXT]            open the explorer, with TEXT typed already
  attnscope show TEXT         print tokens, the selected head's heatmap and the context vectors
  attnscope trace TEXT --json print the computation as one JSON object
  attnscope heads TEXT        print what every head does, as a table of scores
  attnscope contextuality     measure one word in several sentences, at every stage of the model
  attnscope ablation-sweep TEXT
                              switch every head off in turn and rank them by the effect
  attnscope generate TEXT     print the model's greedy continuation of TEXT
  attnscope models [--json]   list the models that are here, and which can be used
  attnscope pull ORG/NAME     download a model from Hugging Face into its local cache
TEXT - reads standard input; after -- the next word is TEXT, whatever it looks like.
`;

function program(version: string): Command {
  return new Command('attnscope')
    .usage('[command] [options] [TEXT]')
    .description('See what a transformer attends to, in a terminal, on every keystroke.')
    .argument('[words...]')
    .helpOption('-h, --help', 'print this help')
    .version(version, '-V, --version', 'print the version')
    .option(
      '--model <NAME|DIR>',
      'use-lite (the default), example, a model folder, or ORG/NAME in the Hugging Face cache',
    )
    .option('--layer <N>', 'layer to look at, from 0')
    .option('--head <N>', 'head to look at, from 0')
    .option('--query <N>', 'token whose attention is shown, from 0; the last one by default')
    .option('--pair <TEXT>', 'a second segment, for models that read pairs')
    .option('--other <TEXT>', 'a second sentence to compare with TEXT, B where TEXT is A')
    .option('--target <TEXT>', 'what the decoder of an encoder-decoder model reads')
    .addOption(new Option('--mask <MASK>', 'causal: no token sees a later one').choices(['none', 'causal']))
    .option('--scale-factor <F>', "multiplies the model's scaling of the scores; 1 / temperature")
    .option('--ablate <L.H,...>', 'heads whose context counts as zeros')
    .addOption(
      new Option('--view <VIEW>', 'what show prints and the explorer opens with; weights by default').choices([
        ...viewNames,
      ]),
    )
    .option('--state <LINE>', 'open the screen that the key L gave the line of')
    .option('--fields <a,b|all>', 'with trace --json: what to print')
    .option('--file <FILE>', 'with heads: the mean over the lines of a text file; - is standard input')
    .option(
      '--sort <SCORE>',
      'with heads: the largest first, such as entropy, previous; with ablation-sweep: embedding, prediction, output',
    )
    .option('--csv', 'with heads, contextuality, ablation-sweep: print comma-separated values')
    .option('--set <NAME|FILE>', 'with contextuality: a set of sentences, built in or in a JSON file; all by default')
    .option('--static <FILE>', 'with contextuality and the explorer: vectors of word2vec or GloVe to compare with')
    .option('--explain', 'with heads: print what the scores are, with formulas and sources')
    .option('--tokens <N>', 'with generate: how many tokens at most; 20 by default')
    .option('--json', 'print JSON')
    .option('--families', 'with models: which families of models can be used')
    .option('--revision <R>', 'with pull: a branch, a tag or a commit; main by default')
    .option('--ascii', 'plain ASCII characters only')
    .addOption(new Option('--color <WHEN>', 'colours').choices([...colourChoices]))
    .addOption(new Option('--theme <NAME>', 'colour theme').choices([...themeNames]))
    .option('--no-synchronized', 'leave synchronized updates (mode 2026) out')
    .option(
      '--no-revectorize',
      'leave 256-bit kernels out, which are used where a test at the start finds them right and faster',
    )
    .option(
      '--no-second-thread',
      'compute large models in one thread, also where a test at the start finds two right and faster',
    )
    .addHelpText('after', help)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
}

/** Reads the command line.
 *  @throws UsageError for what it does not know; CommanderError with code commander.help… or commander.version when it printed those. */
export function parseArguments(argv: readonly string[], version: string): Arguments {
  const end = argv.indexOf('--');
  const before = end < 0 ? argv : argv.slice(0, end);
  const literal = end < 0 ? [] : argv.slice(end + 1);
  const parser = program(version);
  // A word such as "-----" or "-x is a flag" cannot be an option: it is a text, and commander is not to see its dash.
  const shielded = before.map((word) => (looksLikeText(word) || word.startsWith(textMark) ? textMark + word : word));
  try {
    parser.parse(shielded, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode !== 0) throw new UsageError(oneSentence(error.message));
    throw error;
  }
  const words: readonly string[] = parser.args.map(unshielded);
  const named = commandNames.find((name) => name === words[0]);
  const command: CommandName = named ?? 'explore';
  const texts = [...(named === undefined ? words : words.slice(1)), ...literal];
  if (texts.length > 1) {
    throw new UsageError(
      `one TEXT is expected, not ${texts.length}: put it in quotes, as in attnscope "please study man"`,
    );
  }
  const options: Options = Object.fromEntries(
    Object.entries(parser.opts()).map(([name, value]) => [name, typeof value === 'string' ? unshielded(value) : value]),
  );
  for (const [name, commands] of Object.entries(belongsTo)) {
    if (name in options && !commands.includes(command)) {
      throw new UsageError(`--${name} is for ${listed(commands)} only: attnscope ${commands[0]} ...`);
    }
  }
  return { command, text: texts[0] ?? null, options };
}

const textMark = '\u0001';

function looksLikeText(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && !/^--?[a-z][\w-]*(=.*)?$/is.test(word);
}

function unshielded(word: string): string {
  return word.startsWith(textMark) ? word.slice(textMark.length) : word;
}

function oneSentence(message: string): string {
  return message
    .replaceAll(textMark, '')
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
}
