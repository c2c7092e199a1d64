import type { HelpSection } from '../panes/frame/help-view.ts';

/** The terms on the screen, in the order of the computation. */
export const glossary: HelpSection = {
  title: 'words on the screen',
  entries: [
    { keys: 'token', does: 'a piece of text that the model has a vector for; positions count from 0' },
    { keys: 'layer, head', does: 'a layer attends with one head or several in parallel, each with its own W_Q' },
    { keys: 'query, key', does: 'the token that looks, a row; the token it looks at, a column' },
    { keys: 'Q, K, V', does: 'x·W_Q, x·W_K, x·W_V: what a token looks for, what it offers, what it passes on' },
    { keys: 'd_k, d_v', does: 'numbers in a query or key (d_k) and in a value (d_v) of one head' },
    { keys: 'score', does: 'q·k, the dot product of a query and a key vector' },
    { keys: 'scaled score', does: 'the score ÷ √d_k in most models, to keep the softmax soft (Vaswani et al. 2017)' },
    { keys: 'mask', does: '−∞ in place of a score that must not count, such as one for a later token' },
    { keys: 'weight', does: 'softmax of a row of scaled and masked scores: each is from 0 to 1, the row sums to 1' },
    { keys: 'context', does: 'Σ weight × value: the vector that a head gives for a token' },
    { keys: 'concat, W_O', does: "the heads' contexts side by side, and the matrix that mixes them" },
    { keys: 'residual', does: 'the input of a layer, added to the output of its attention' },
    { keys: 'entropy', does: 'how evenly a row is spread: 0 one key, 1 all visible keys equally' },
    { keys: 'sink', does: 'a first token or separator that takes much of a head’s attention, whatever it says' },
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

/** What a picture of attention does not show: prose to read aloud, true of every model. */
export const caveats: readonly HelpSection[] = [
  prose(
    'What a weight says',
    'One weight belongs to one query, one key and one head. That head multiplies the value vector of the key by it, and adds up the products of all keys. That is exact, and it is all that a weight says.',
  ),
  prose(
    'A weight is not an explanation',
    'A weight does not tell why a model gives an answer. Jain and Wallace (2019) found quite different weights that gave nearly the same predictions in the classifiers that they tested. Wiegreffe and Pinter (2019) answered that this depends on what counts as an explanation: weights may be a plausible account without being the only one.',
  ),
  prose(
    'A weight is not importance',
    'A large weight on a short value vector can add less than a small weight on a long one. Kobayashi et al. (2020) therefore measure the length of what each key really adds: press {norms} in the panes to see it. One test of whether the result depends on a head is to switch it off: {head-off} does so, and {ablation} tries each head in turn.',
  ),
  prose(
    'A position is not its token',
    'Above the first layer, the vector at a position may already hold parts of other tokens. A weight on that position is then not a weight on its token alone. Where a layer has a residual, it carries the vector past the attention, and no weight shows that. Abnar and Zuidema (2020) follow the mixing through the layers, with half of each layer for the residual: press {rollout} to see it. It is still an approximation: it leaves out the values and the feed-forward part.',
  ),
  prose(
    'A weight must go somewhere',
    'The softmax makes each row sum to 1, even where no key matters. Xiao et al. (2023) found that the large language models that they tested put much weight on the first tokens, whatever these are, and called them attention sinks. Press {no-sink} to see a head without its sink, where it has one.',
  ),
  prose(
    'A weight can come from position and length',
    'Some heads look at a fixed place, such as the token before, whatever the words are. Length counts, too: in a row that sums to 1 over n visible keys, the mean weight is 1/n, so short texts have larger weights on average, whatever they mean. Under a causal mask, the first token sees only itself: that weight is 1, whatever the token is.',
  ),
  {
    title: 'Sources',
    entries: [
      { keys: '2019', does: 'Jain & Wallace, "Attention is not Explanation"' },
      { keys: '2019', does: 'Wiegreffe & Pinter, "Attention is not not Explanation"' },
      { keys: '2020', does: 'Abnar & Zuidema, "Quantifying Attention Flow in Transformers"' },
      {
        keys: '2020',
        does: 'Kobayashi et al., "Attention is Not Only a Weight: Analyzing Transformers with Vector Norms"',
      },
      { keys: '2023', does: 'Xiao et al., "Efficient Streaming Language Models with Attention Sinks"' },
    ],
  },
];

function prose(title: string, does: string): HelpSection {
  return { title, entries: [{ keys: '', does }] };
}
