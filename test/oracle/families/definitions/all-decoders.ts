import type { Family } from '../support/reference.ts';
import { bloom } from './bloom.ts';
import { gemma } from './gemma.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3Text } from './gemma3-text.ts';
import { gptNeo } from './gpt-neo.ts';
import { gptNeox } from './gpt-neox.ts';
import { gptj } from './gptj.ts';
import { granite } from './granite.ts';
import { cohere, olmo, stablelm, starcoder2 } from './layer-norm-relatives.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { opt } from './opt.ts';
import { phi } from './phi.ts';
import { phi3 } from './phi3.ts';
import { qwen2, qwen3 } from './qwen.ts';
import { smollm3 } from './smollm3.ts';

const all: readonly object[] = [
  gptNeo,
  gptNeox,
  opt,
  llama,
  mistral,
  qwen2,
  qwen3,
  gemma,
  gemma2,
  gemma3Text,
  phi,
  phi3,
  gptj,
  bloom,
  stablelm,
  olmo,
  starcoder2,
  cohere,
  granite,
  smollm3,
];

/** Each family has its own type of settings. */
export const allDecoders = all as readonly Family<unknown>[];
