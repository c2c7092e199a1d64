import type { Family } from '../support/reference.ts';
import { gemma } from './gemma.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3Text } from './gemma3-text.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { qwen2, qwen3 } from './qwen.ts';

/** A family whose settings are known to itself alone. */
export type AnyFamily = { [Name in keyof Family<never>]: Family<never>[Name] };

export const allDecoders = [llama, mistral, qwen2, qwen3, gemma, gemma2, gemma3Text] as readonly unknown[] as readonly Family<unknown>[];
