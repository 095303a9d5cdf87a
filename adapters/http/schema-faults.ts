import type { FastifySchemaValidationError } from 'fastify';
import { describeValue, type InputFault, limits, pointerTo } from '../../engine/index.ts';

/** What the schema validator found, in our words: a pointer, what was expected, what was found. */

interface SchemaError extends FastifySchemaValidationError {
  /** The value at fault and the schema around the keyword; the validator runs in verbose mode. */
  readonly data?: unknown;
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** `context` is the part of the request that was validated; what is not the body is named in front. */
export function schemaFaults(errors: readonly SchemaError[], context: string): readonly InputFault[] {
  const prefix = context === 'body' ? '' : `/${context}`;
  return errors.slice(0, limits.diagnosticsMax).map((error) => schemaFault(error, prefix));
}

function schemaFault(error: SchemaError, prefix: string): InputFault {
  const { keyword, params, data } = error;
  const pointer = prefix + error.instancePath;
  const found = describeValue(data);
  switch (keyword) {
    case 'required':
      return missingFault(pointer, String(params.missingProperty));
    case 'additionalProperties':
      return unknownFault(error, pointer, String(params.additionalProperty));
    case 'type':
      return { pointer, detail: `expected ${typeNames(params.type)}, found ${found}` };
    case 'enum':
      return { pointer, detail: `expected one of ${listed(params.allowedValues)}, found ${found}` };
    default:
      return {
        pointer,
        detail: `expected a value that ${error.message ?? 'fits the schema'}, found ${found}`,
      };
  }
}

function missingFault(pointer: string, name: string): InputFault {
  return { pointer: pointerTo(pointer, name), detail: 'expected a value, found nothing' };
}

function unknownFault({ parentSchema }: SchemaError, pointer: string, name: string): InputFault {
  const known = Object.keys(parentSchema?.properties ?? {}).join(', ');
  return { pointer: pointerTo(pointer, name), detail: `expected one of the fields ${known}; found another` };
}

function typeNames(type: unknown): string {
  const names = Array.isArray(type) ? type.map(String) : [String(type)];
  return names.map((name) => (/^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`)).join(' or ');
}

function listed(values: unknown): string {
  return Array.isArray(values)
    ? values.map((value) => JSON.stringify(value)).join(', ')
    : 'the values of the schema';
}
