import type { HeadScoreName } from './head-scores.ts';

/** A score as it is explained to the reader. */
export interface HeadScoreDefinition {
  readonly name: HeadScoreName;
  /** Heading of a column, at most 12 characters. */
  readonly title: string;
  readonly definition: string;
  /** w(i, j) is the weight of query i on key j, both from 0; n is the number of tokens. Queries are tokens of the text. */
  readonly formula: string;
  /** Who described the score; null without a known source. */
  readonly source: string | null;
}

const clark = 'Clark et al. 2019, "What Does BERT Look At?"';
const voita = 'Voita et al. 2019, "Analyzing Multi-Head Self-Attention"';
const raganato = 'Raganato & Tiedemann 2018, "An Analysis of Encoder Representations"';
const olsson = 'Olsson et al. 2022, "In-context learning and induction heads"';

/** All scores, in the order of the screen. */
export const headScoreDefinitions: readonly HeadScoreDefinition[] = [
  {
    name: 'entropy',
    title: 'entropy',
    definition:
      'How evenly a query spreads its weight: 0 all on one key, 1 the same on every key it sees; queries that see one key are left out.',
    formula: 'mean over i of −Σⱼ w(i, j)·ln w(i, j) / ln(keys that i sees)',
    source: `${clark}; there in nats`,
  },
  {
    name: 'distance',
    title: 'distance',
    definition: 'How many tokens away a query looks, averaged by weight.',
    formula: 'mean over i of Σⱼ w(i, j)·|i − j|',
    source: 'Vig & Belinkov 2019, "Analyzing the Structure of Attention in a Transformer Language Model"',
  },
  {
    name: 'previous',
    title: 'previous',
    definition: 'The mean weight on the token of the text before the query.',
    formula: 'mean over i, where i − 1 is of the text, of w(i, i − 1)',
    source: `${voita}; ${clark}`,
  },
  {
    name: 'next',
    title: 'next',
    definition: 'The mean weight on the token of the text after the query; 0 where the mask hides it.',
    formula: 'mean over i, where i + 1 is of the text, of w(i, i + 1)',
    source: `${voita}; ${clark}`,
  },
  {
    name: 'same',
    title: 'same',
    definition: 'The mean weight of a query on its own position.',
    formula: 'mean over i of w(i, i)',
    source: raganato,
  },
  {
    name: 'first',
    title: 'first',
    definition: 'The mean weight on the first token, where many heads put attention they do not need.',
    formula: 'mean over i of w(i, 0)',
    source: `${clark}; Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks"`,
  },
  {
    name: 'last',
    title: 'last',
    definition: 'The mean weight on the last token.',
    formula: 'mean over i of w(i, n − 1)',
    source: `${clark}; ${raganato}`,
  },
  {
    name: 'punctuation',
    title: 'punctuation',
    definition: 'The mean total weight on punctuation tokens; n/a where the text has none.',
    formula: 'mean over i of Σⱼ w(i, j) over punctuation j',
    source: clark,
  },
  {
    name: 'special',
    title: 'special',
    definition:
      'The mean total weight on tokens that the tokenizer adds, such as [CLS] and [SEP]; n/a where there are none.',
    formula: 'mean over i of Σⱼ w(i, j) over special j',
    source: clark,
  },
  {
    name: 'duplicate',
    title: 'duplicate',
    definition: 'The mean total weight of a token on its own earlier occurrences; n/a where nothing repeats.',
    formula: 'mean, over i whose token occurred before, of Σⱼ w(i, j) over j < i with token j = token i',
    source: 'Wang et al. 2023, "Interpretability in the Wild"',
  },
  {
    name: 'induction',
    title: 'induction',
    definition:
      'The mean total weight of a token on whatever followed its earlier occurrences and may follow again; n/a where nothing repeats.',
    formula: 'mean, over i whose token occurred before, of Σⱼ w(i, j + 1) over j < i with token j = token i',
    source: olsson,
  },
];
