import { shownPart } from '../../explorer/attention-part.ts';
import type { Explorer } from '../../explorer/explorer.ts';

/** Why a change of the encoder's attention cannot be made here; null: the encoder is in view. */
export function encoderProblem({ inputs }: Explorer): string | null {
  const part = shownPart(inputs);
  if (part === 'encoder') return null;
  const here = part === 'cross' ? 'here the decoder reads it' : 'this is the decoder';
  return `this acts on the encoder's attention: ${here}; press {part} to go back to it`;
}
