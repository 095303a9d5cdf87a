/** The part of a terminal or pipe that progress needs; `process.stderr` fits. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** `fraction` 0..1 of the whole; `detail` is what was counted so far. */
  update(fraction: number, detail: string): void;
  /** Leaves the last line standing. */
  finish(detail: string): void;
}

const barWidth = 24;
/** Without a terminal a line is printed for each such part of the whole: logs stay short however long the run is. */
const plainStep = 0.1;

/** Draws one line over and over on a terminal; elsewhere prints a line now and then. */
export function startProgress(stream: ProgressStream, label: string): Progress {
  return stream.isTTY === true ? terminalProgress(stream, label) : plainProgress(stream, label);
}

function terminalProgress(stream: ProgressStream, label: string): Progress {
  let shown = '';
  const draw = (fraction: number, detail: string) => {
    // One column stays free: a line that fills the terminal would wrap and could not be drawn over.
    const line = progressLine(label, fraction, detail).slice(0, (stream.columns ?? 80) - 1);
    if (line === shown) return;
    shown = line;
    stream.write(`\r\u001b[2K${line}`);
  };
  return {
    update: draw,
    finish: (detail) => {
      draw(1, detail);
      stream.write('\n');
    },
  };
}

function plainProgress(stream: ProgressStream, label: string): Progress {
  let next = plainStep;
  return {
    update: (fraction, detail) => {
      if (fraction < next || fraction >= 1) return;
      next = (Math.floor(fraction / plainStep) + 1) * plainStep;
      stream.write(`${label} ${percent(fraction)} ${detail}\n`);
    },
    finish: (detail) => {
      stream.write(`${label} ${percent(1)} ${detail}\n`);
    },
  };
}

function progressLine(label: string, fraction: number, detail: string): string {
  const filled = Math.round(clamp(fraction) * barWidth);
  return `${label} [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${percent(fraction)} ${detail}`;
}

function percent(fraction: number): string {
  return `${Math.floor(clamp(fraction) * 100)} %`.padStart(5);
}

function clamp(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}
