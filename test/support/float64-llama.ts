import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Rows = number[][];

interface Config {
  readonly hidden_size: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly num_hidden_layers: number;
  readonly head_dim?: number;
  readonly rms_norm_eps: number;
  readonly rope_theta?: number;
  readonly rope_parameters?: { readonly rope_theta: number };
  readonly tie_word_embeddings: boolean;
}

/** A head that is off, and what stands in its place. */
export interface HeadOff {
  readonly layer: number;
  readonly head: number;
  readonly by: 'zero' | 'mean';
}

/** The last vector and the logits of every token, by plain loops over float64: a Llama straight from its files, apart from the program. */
export function float64Llama(
  folder: string,
): (ids: readonly number[], off: readonly HeadOff[]) => { last: Rows; logits: Rows } {
  const config: Config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  const tensors = readTensors(folder);
  const heads = config.num_attention_heads;
  const width = config.head_dim ?? config.hidden_size / heads;
  const group = heads / config.num_key_value_heads;
  const theta = config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10000;
  /** y = x·Wᵀ for a stored W [out, in]. */
  const times = (x: Rows, name: string): Rows => x.map((row) => tensors(name).map((weights) => dot(row, weights)));
  const normed = (x: Rows, name: string): Rows =>
    x.map((row) => {
      const root = Math.sqrt(dot(row, row) / row.length + config.rms_norm_eps);
      return row.map((value, i) => (value / root) * tensors(name)[0]![i]!);
    });
  const turned = (row: readonly number[], place: number) =>
    row.map((value, i) => {
      const half = row.length / 2;
      const angle = place * theta ** (-(i % half) / half);
      const other = i < half ? -row[i + half]! : row[i - half]!;
      return value * Math.cos(angle) + other * Math.sin(angle);
    });
  const part = (rows: Rows, head: number) => rows.map((row) => row.slice(head * width, (head + 1) * width));

  function attention(x: Rows, layer: number, off: readonly HeadOff[]): Rows {
    const at = `model.layers.${layer}.self_attn`;
    const [q, k, v] = ['q', 'k', 'v'].map((one) => times(x, `${at}.${one}_proj.weight`));
    const contexts = Array.from({ length: heads }, (_, head) => {
      const [queries, keys] = [part(q!, head), part(k!, Math.floor(head / group))].map((rows) => rows.map(turned));
      const values = part(v!, Math.floor(head / group));
      const context = queries!.map((query, i) => {
        const weights = softmax(keys!.slice(0, i + 1).map((key) => dot(query, key) / Math.sqrt(width)));
        return Array.from({ length: width }, (_, d) =>
          weights.reduce((sum, weight, j) => sum + weight * values[j]![d]!, 0),
        );
      });
      const replaced = off.find((one) => one.layer === layer && one.head === head);
      if (replaced === undefined) return context;
      const mean = Array.from(
        { length: width },
        (_, d) => context.reduce((sum, row) => sum + row[d]!, 0) / context.length,
      );
      return context.map(() => (replaced.by === 'mean' ? mean : mean.map(() => 0)));
    });
    return times(
      x.map((_, i) => contexts.flatMap((context) => context[i]!)),
      `${at}.o_proj.weight`,
    );
  }

  function feedForward(x: Rows, layer: number): Rows {
    const at = `model.layers.${layer}.mlp`;
    const [gate, up] = [times(x, `${at}.gate_proj.weight`), times(x, `${at}.up_proj.weight`)];
    const inner = gate.map((row, i) => row.map((value, d) => (value / (1 + Math.exp(-value))) * up[i]![d]!));
    return times(inner, `${at}.down_proj.weight`);
  }

  return (ids, off) => {
    let x: Rows = ids.map((id) => tensors('model.embed_tokens.weight')[id]!);
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const at = `model.layers.${layer}`;
      x = sum(x, attention(normed(x, `${at}.input_layernorm.weight`), layer, off));
      x = sum(x, feedForward(normed(x, `${at}.post_attention_layernorm.weight`), layer));
    }
    const last = normed(x, 'model.norm.weight');
    return { last, logits: times(last, config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight') };
  };
}

/** e^x / Σ e^x */
export function softmax(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  const total = powers.reduce((all, value) => all + value, 0);
  return powers.map((value) => value / total);
}

function sum(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, d) => value + b[i]![d]!));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

/** The float32 tensors of a folder's safetensors files as rows, by name. */
function readTensors(folder: string): (name: string) => Rows {
  const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  const found = new Map(files.flatMap((name) => Object.entries(tensorsIn(readFileSync(join(folder, name))))));
  const known = new Map<string, Rows>();
  return (name) => {
    const rows = known.get(name) ?? found.get(name)!();
    known.set(name, rows);
    return rows;
  };
}

function tensorsIn(bytes: Buffer): Record<string, () => Rows> {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: _, ...header } = JSON.parse(bytes.subarray(8, start).toString());
  const rowsOf = ({ dtype, shape, data_offsets: [from, to] }: Stored) => {
    if (dtype !== 'F32') throw new Error(`float32 is expected, not ${dtype}`);
    const width = shape.at(-1)!;
    return Array.from({ length: (to - from) / 4 / width }, (_, row) =>
      Array.from({ length: width }, (_, at) => bytes.readFloatLE(start + from + 4 * (row * width + at))),
    );
  };
  return Object.fromEntries(Object.entries<Stored>(header).map(([name, one]) => [name, () => rowsOf(one)]));
}

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [from: number, to: number];
}
