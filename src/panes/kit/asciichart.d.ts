declare module 'asciichart' {
  export interface PlotOptions {
    readonly height?: number;
    readonly min?: number;
    readonly max?: number;
    readonly format?: (value: number, index: number) => string;
    readonly symbols?: readonly string[];
  }
  /** Lines of a chart, joined by line feeds. */
  export function plot(series: readonly number[], options?: PlotOptions): string;
}
