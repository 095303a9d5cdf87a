import type { Libraries } from '../../engine/ports.ts';
import { compileTemplate } from '../liquid/compile-template.ts';
import { compilePattern } from '../re2/compile-pattern.ts';
import { sha256 } from '../system/sha256.ts';
import { openTimeZones } from '../time-zones/time-zones.ts';

/** What a rulebook is compiled with. One a process is enough: the clocks of the time zones remember what was asked. */
export function openLibraries(): Libraries {
  return { compileTemplate, compilePattern, timeZones: openTimeZones(), sha256 };
}
