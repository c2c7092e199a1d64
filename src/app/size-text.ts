/** 592 B, 21.0 kB, 440.5 MB, 16.1 GB: powers of 1000. */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1e3) return `${sizeBytes} B`;
  const power = sizeBytes < 999_950 ? 1 : sizeBytes < 999_950_000 ? 2 : 3;
  return `${(sizeBytes / 1000 ** power).toFixed(1)} ${['B', 'kB', 'MB', 'GB'][power]}`;
}
