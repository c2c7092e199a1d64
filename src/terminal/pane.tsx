import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Rect } from '../panes/frame/layout.ts';
import type { Row } from '../panes/kit/cells.ts';
import { asciiText } from './ascii.ts';
import { themeAt } from './colour/theme-at.ts';
import { hexColour } from './ink-colour.ts';
import type { Paint } from './paint.ts';
import { RowsCanvas } from './rows-canvas.tsx';

export interface PaneProps {
  readonly name: string;
  readonly title: string;
  readonly rect: Rect;
  readonly rows: readonly Row[];
  /** Single keys go to the pane; its frame is in the accent colour. */
  readonly isFocused: boolean;
  readonly paint: Paint;
}

/** A framed part of the screen, its title in the frame. */
export const Pane = memo(function Pane({ name, title, rect, rows, isFocused, paint }: PaneProps) {
  const { depth, ascii } = paint;
  const theme = themeAt(paint.theme, depth);
  const colour = depth === 'none' ? {} : { borderColor: hexColour(isFocused ? theme.accent : theme.border) };
  const text = depth === 'none' ? {} : { color: hexColour(isFocused ? theme.accent : theme.title) };
  const { widthCells, heightCells } = rect;
  return (
    <Box position="absolute" left={rect.x} top={rect.y} width={widthCells} height={heightCells}>
      <Box
        width={widthCells}
        height={heightCells}
        borderStyle={ascii ? 'classic' : 'round'}
        flexDirection="column"
        {...colour}
      >
        <RowsCanvas id={name} rows={rows} widthCells={widthCells - 2} heightCells={heightCells - 2} paint={paint} />
      </Box>
      <Box position="absolute" left={2} top={0}>
        <Text bold={isFocused} wrap="truncate" {...text}>{` ${ascii ? asciiText(title) : title} `}</Text>
      </Box>
    </Box>
  );
});
