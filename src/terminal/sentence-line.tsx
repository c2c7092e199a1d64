import { Box, Text } from 'ink';
import { asciiText } from './ascii.ts';
import { themeAt } from './colour/theme-at.ts';
import { hexColour } from './ink-colour.ts';
import { dimText, type Paint } from './paint.ts';

export interface SentenceLineProps {
  readonly text: string;
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
  readonly prompt: string;
  readonly isFocused: boolean;
  /** Follows the text; the caller leaves room for it. */
  readonly note?: string;
  /** Shown if the text is empty. */
  readonly invitation: string;
  readonly paint: Paint;
}

/** The visible part of a sentence after its prompt; the terminal's cursor marks the caret. */
export function SentenceLine(props: SentenceLineProps) {
  const { text, cutLeft, cutRight, prompt: sign, isFocused, note = '', invitation, paint } = props;
  const { depth, ascii } = paint;
  const theme = themeAt(paint.theme, depth);
  const prompt = ascii ? asciiText(sign).slice(-1) : sign;
  const ellipsis = ascii ? asciiText('…') : '…';
  const accent = depth === 'none' ? {} : { color: hexColour(theme.accent) };
  const dim = dimText(paint);
  // A cut line keeps the letter that tells it from the others.
  const cutPrompt = /^\p{L}$/u.test(prompt) ? ` ${prompt}${ellipsis}` : ` ${ellipsis} `;
  return (
    <Box>
      <Text bold={isFocused} inverse={isFocused} {...(isFocused ? accent : dim)}>
        {cutLeft ? cutPrompt : ` ${prompt} `}
      </Text>
      {text === '' ? <Text {...dim}>{invitation}</Text> : <Text wrap="truncate">{text}</Text>}
      {cutRight ? <Text {...dim}>{ellipsis}</Text> : null}
      {note === '' ? null : <Text {...dim}>{note}</Text>}
    </Box>
  );
}
