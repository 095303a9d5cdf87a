/** Places on the globe, as customers' traits and requests have them, and how far apart they are. */

export const placeExpected = 'a place such as `[59.91, 10.75]` (latitude, longitude)';

/** Mean radius of the earth in km. */
const radiusKm = 6_371.0088;
const degree = Math.PI / 180;
const written = /^\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*$/;

/** In degrees, north is positive; NaN when the value is no place. */
export function latitudeOf(place: unknown): number {
  return within(coordinateOf(place, 0), 90);
}

/** In degrees, east is positive; NaN when the value is no place. */
export function longitudeOf(place: unknown): number {
  return within(coordinateOf(place, 1), 180);
}

/** Along the surface of a sphere (haversine), which is within 0.6 % of the true distance; NaN if one of them is no place. */
export function distanceKm(one: unknown, other: unknown): number {
  const fromLatitude = latitudeOf(one) * degree;
  const toLatitude = latitudeOf(other) * degree;
  const upwards = Math.sin((toLatitude - fromLatitude) / 2);
  const sideways = Math.sin(((longitudeOf(other) - longitudeOf(one)) * degree) / 2);
  const square = upwards * upwards + Math.cos(fromLatitude) * Math.cos(toLatitude) * sideways * sideways;
  // Rounding may carry opposite points of the globe beyond 1.
  return 2 * radiusKm * Math.asin(Math.min(1, Math.sqrt(square)));
}

/** `[lat, lon]`, `{ lat, lon }`, `{ latitude, longitude }` or the text `lat,lon`. */
function coordinateOf(place: unknown, index: 0 | 1): unknown {
  if (Array.isArray(place)) return place.length === 2 ? place[index] : undefined;
  if (typeof place === 'string') {
    const part = written.exec(place)?.[index + 1];
    return part === undefined ? undefined : Number(part);
  }
  return ownOf(place, index === 0 ? 'lat' : 'lon') ?? ownOf(place, index === 0 ? 'latitude' : 'longitude');
}

function ownOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function within(value: unknown, max: number): number {
  return typeof value === 'number' && Math.abs(value) <= max ? value : Number.NaN;
}
