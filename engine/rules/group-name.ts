/** `issue/group`; a group alone belongs to the issue `general`. */
export function parseGroup(written: string): { readonly issue: string; readonly group: string } {
  const slash = written.indexOf('/');
  if (slash < 0) return { issue: 'general', group: `general/${written}` };
  return { issue: written.slice(0, slash), group: written };
}
