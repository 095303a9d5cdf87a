import type { Json } from '../model/json.ts';
import type { Content } from '../model/rulebook.ts';

/** A content as it is shown, and as it may leave in decision streams where that is another. */
export function renderContent(
  content: Content,
  scope: Readonly<Record<string, unknown>>,
): { readonly content: Json; readonly published?: Json } {
  const shown = { content: content.render(scope) };
  return content.publish ? { ...shown, published: content.publish(scope) } : shown;
}
