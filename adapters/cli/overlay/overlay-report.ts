import { printable } from '../../rule-files/print-diagnostics.ts';
import { grouped, renderTable } from '../support/table.ts';
import type { LoadSummary } from './load-overlay.ts';

/** What became of a load, for people. */
export function describeLoad(summary: LoadSummary): string {
  const { overlay, file, rows, loaded, rejected, rejections, version, isNew } = summary;
  const table =
    version === undefined
      ? ''
      : isNew === false
        ? `; version ${version} was in force already`
        : `; version ${version} is in force`;
  const lines = [
    `Loaded ${file} into ${overlay}: ${grouped(rows)} rows, ${grouped(loaded)} loaded, ${grouped(rejected)} rejected${table}.`,
  ];
  if (rejected > 0) {
    lines.push('Rejected:', ...rejections.map(({ place, reason }) => printable(`  ${place}: ${reason}`)));
    if (rejected > rejections.length) lines.push(`  and ${grouped(rejected - rejections.length)} more`);
  }
  return lines.join('\n');
}

/** The part of `GET /v1/overlays` that is shown. */
export interface OverlaysReply {
  readonly overlays: readonly {
    readonly name: string;
    readonly kind: 'customer' | 'table';
    readonly attributes: Readonly<Record<string, string>>;
    readonly column: string;
    readonly key?: string;
    readonly by?: string;
    readonly service?: string;
    readonly file?: { readonly path: string; readonly rows: number };
    readonly inForce?: {
      readonly version: string;
      readonly rows: number;
      readonly source: string;
      readonly at: string;
    };
  }[];
}

export function describeOverlays({ overlays }: OverlaysReply): string {
  if (overlays.length === 0) return 'The rulebook in force declares no overlay.';
  const rows = overlays.map(({ name, attributes, key, by, service, file, inForce }) => [
    name,
    key === undefined ? `customer, by ${by ?? 'userId'}` : `by ${key}`,
    Object.entries(attributes)
      .map(([attribute, type]) => `${attribute} (${type})`)
      .join(', '),
    printable(loadedFrom({ service, file, inForce })),
  ]);
  return renderTable(['overlay', 'joined', 'attributes', 'from'], rows);
}

function loadedFrom({
  service,
  file,
  inForce,
}: {
  readonly service: string | undefined;
  readonly file: { readonly path: string; readonly rows: number } | undefined;
  readonly inForce: OverlaysReply['overlays'][number]['inForce'] | undefined;
}): string {
  if (file) return `${file.path} beside the rules, ${grouped(file.rows)} rows`;
  if (inForce)
    return `${inForce.source}, ${grouped(inForce.rows)} rows, told ${inForce.at.slice(0, 10)}, version ${inForce.version}`;
  return service ?? '-';
}
