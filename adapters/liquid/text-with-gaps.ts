import { analyzeSync, type Liquid, type Template } from 'liquidjs';

/** A place of the scope: `['traits', 'firstName']`. */
export type Place = readonly string[];

type Segments = ReturnType<Liquid['globalVariableSegmentsSync']>[number];

/** What a text is made of once some of it is left as it is written. */
export type Piece = { readonly written: string } | { readonly template: Template };

/**
 * Every place that templates read from their scope; one that is computed ends where the computed part begins, and what
 * computes it is a place of its own.
 */
export function placesRead(templates: Template[]): readonly Place[] {
  const { globals } = analyzeSync(templates, { partials: false });
  return Object.values(globals).flatMap((variables) =>
    variables.map((variable) => placeOf(variable.toArray())),
  );
}

function placeOf(segments: Segments): Place {
  const computed = segments.findIndex((segment) => Array.isArray(segment));
  return (computed === -1 ? segments : segments.slice(0, computed)).map(String);
}

/**
 * The parts of a text in their order, those that read a withheld place as they are written. A part that hands such a
 * value on under a name of its own (`assign`, `capture`) would bring it back elsewhere: then all of the text stays.
 */
export function piecesOf(
  source: string,
  templates: readonly Template[],
  isWithheld: (place: Place) => boolean,
): readonly Piece[] {
  const withheld = templates.map((template) => placesRead([template]).some(isWithheld));
  if (templates.some((template, index) => withheld[index] && namesValues(template))) {
    return [{ written: source }];
  }
  return templates.map((template, index): Piece => {
    if (!withheld[index]) return { template };
    return {
      written: source.slice(template.token.begin, templates[index + 1]?.token.begin ?? source.length),
    };
  });
}

function namesValues(template: Template): boolean {
  return Object.keys(analyzeSync([template], { partials: false }).locals).length > 0;
}

/** What customers told must not read like a gap to whoever fills the gaps. */
export function withoutMarks(rendered: string): string {
  return rendered.replace(/\{(?=[{%]|$)/g, '{ ');
}
