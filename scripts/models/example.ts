import { readFileSync } from 'node:fs';
import { writeModelFolder } from './model-folder.ts';
import { encodeSafetensors, type StoredTensor } from './safetensors-writer.ts';

type Matrix = readonly (readonly number[])[];

interface LessonFixture {
  readonly note: string;
  readonly lesson: {
    readonly tokens: readonly string[];
    readonly values: Matrix;
    readonly printedWeights: Matrix;
    readonly decimals: number;
  };
  readonly ours: {
    readonly scoreScale: number;
    readonly embeddings: Matrix;
    readonly wQ: Matrix;
    readonly wK: Matrix;
    readonly wV: Matrix;
  };
}

const fixture = new URL('../../fixtures/example/lesson.json', import.meta.url);

/** Writes the folder of the worked example from fixtures/example/lesson.json. The output is deterministic.
 *  @throws Error when E·W_V differs from the lesson's values. */
export function buildExample(outputDirectory: string): void {
  const { note, lesson, ours } = JSON.parse(readFileSync(fixture, 'utf8')) as LessonFixture;
  const values = product(ours.embeddings, ours.wV);
  if (JSON.stringify(values) !== JSON.stringify(lesson.values)) {
    throw new Error(`${fixture.pathname}: embeddings · wV is ${JSON.stringify(values)}, not the lesson's values`);
  }
  const tensors = [
    stored('embeddings.token.weight', ours.embeddings),
    stored('layers.0.attention.q.weight', ours.wQ),
    stored('layers.0.attention.k.weight', ours.wK),
    stored('layers.0.attention.v.weight', ours.wV),
  ];
  const { tokens, printedWeights, decimals } = lesson;
  writeModelFolder(outputDirectory, {
    'config.json': {
      model_type: 'example',
      hidden_size: ours.wQ.length,
      num_hidden_layers: 1,
      num_attention_heads: 1,
      head_dim: ours.wQ[0]!.length,
      value_dim: ours.wV[0]!.length,
      score_scale: ours.scoreScale,
      vocab_size: tokens.length,
      dtype: 'float32',
    },
    'model.safetensors': encodeSafetensors(tensors, { matrix_layout: 'in, out' }),
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: null,
      model: { type: 'WordLevel', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), unk_token: '' },
    },
    'lesson.json': { note, tokens, printedWeights, decimals },
  });
}

function stored(name: string, matrix: Matrix): StoredTensor {
  return { name, shape: [matrix.length, matrix[0]!.length], data: Float32Array.from(matrix.flat()) };
}

function product(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0]!.map((_, column) => row.reduce((sum, x, i) => sum + x * b[i]![column]!, 0)));
}
