import { gemma3Text } from './definitions/gemma3-text.ts';
import { compareFamily } from './support/compare-family.ts';

compareFamily(gemma3Text);
