import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Rect } from '../panes/frame/layout.ts';
import type { Row } from '../panes/kit/cells.ts';
import { asciiText } from './ascii.ts';
import { hexColour } from './ink-colour.ts';
import type { Paint } from './paint.ts';
import { RowsCanvas } from './rows-canvas.tsx';

export interface OverlayBoxProps {
  readonly title: string;
  readonly rect: Rect;
  readonly rows: readonly Row[];
  readonly paint: Paint;
  /** A line above the rows, such as a field to type in. */
  readonly children?: ReactNode;
}

/** A framed box in the place of the panes. */
export function OverlayBox({ title, rect, rows, paint, children }: OverlayBoxProps) {
  const colour = paint.depth === 'none' ? {} : { borderColor: hexColour(paint.theme.accent) };
  const text = paint.depth === 'none' ? {} : { color: hexColour(paint.theme.accent) };
  const lines = children === undefined ? 0 : 2;
  return (
    <Box position="absolute" left={rect.x} top={rect.y} width={rect.widthCells} height={rect.heightCells}>
      <Box
        width={rect.widthCells}
        height={rect.heightCells}
        borderStyle={paint.ascii ? 'classic' : 'round'}
        flexDirection="column"
        {...colour}
      >
        {children === undefined ? null : <Box height={lines}>{children}</Box>}
        <RowsCanvas
          id="overlay"
          rows={rows}
          widthCells={rect.widthCells - 2}
          heightCells={rect.heightCells - 2 - lines}
          paint={paint}
        />
      </Box>
      <Box position="absolute" left={2} top={0}>
        <Text bold {...text}>{` ${paint.ascii ? asciiText(title) : title} `}</Text>
      </Box>
    </Box>
  );
}
