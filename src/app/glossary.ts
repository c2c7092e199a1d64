import type { HelpSection } from '../panes/frame/help-view.ts';

/** The terms on the screen, in the order of the computation. */
export const glossary: HelpSection = {
  title: 'words',
  entries: [
    { keys: 'token', does: 'a piece of text that the model has a vector for; positions count from 0' },
    { keys: 'layer, head', does: 'a layer attends with several heads in parallel, each with its own W_Q' },
    { keys: 'query, key', does: 'the token that looks, a row; the token it looks at, a column' },
    { keys: 'Q, K, V', does: 'x·W_Q, x·W_K, x·W_V: what a token looks for, what it offers, what it passes on' },
    { keys: 'd_k, d_v', does: 'numbers in a query or key (d_k) and in a value (d_v) of one head' },
    { keys: 'score', does: 'q·k, the dot product of a query and a key vector' },
    { keys: 'scaled score', does: 'the score ÷ √d_k in most models, to keep the softmax soft (Vaswani et al. 2017)' },
    { keys: 'mask', does: '−∞ in place of a score that must not count, such as one for a later token' },
    { keys: 'weight', does: 'softmax of a row of scaled scores: each is from 0 to 1, the row sums to 1' },
    { keys: 'context', does: 'Σ weight × value: the vector that a head gives for a token' },
    { keys: 'concat, W_O', does: "the heads' contexts side by side, and the matrix that mixes them" },
    { keys: 'residual', does: 'the input of a layer, added to the output of its attention' },
    { keys: 'entropy', does: 'how evenly a row is spread: 0 one key, 1 all visible keys equally' },
    { keys: 'sink', does: 'a first token or separator that takes up attention that no other key needs' },
    {
      keys: 'rollout',
      does: 'product of the weights of all layers, half of each for the residual (Abnar & Zuidema 2020)',
    },
    { keys: 'change', does: 'between two sentences or runs of a head: half the sum of |differences| of a row, 0 to 1' },
    { keys: 'effect', does: 'how much switching a head off changes the chosen result' },
    { keys: 'baseline', does: 'mean cosine of other tokens, to compare a cosine with (Ethayarajh 2019)' },
    { keys: 'shuffled', does: 'the measure with the words in random order, which shows what order adds' },
    {
      keys: '‖α·f(x)‖',
      does: 'length of the weighted value after W_O: what a key really adds (Kobayashi et al. 2020)',
    },
  ],
};

/** What a picture of attention does not show. */
export const caveat: HelpSection = {
  title: 'what attention does not say',
  entries: [
    {
      keys: '',
      does: 'Where a head looks does not tell why a model decides: other weights can give the same answer (Jain & Wallace 2019), and whether weights explain it depends on what counts as an explanation (Wiegreffe & Pinter 2019).',
    },
    {
      keys: '',
      does: 'A weight tells how much of a value is taken, not how large the value is, and does not include what the residual carries.',
    },
  ],
};
