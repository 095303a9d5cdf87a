import type { ConditionTree, ListNode } from '../model/condition.ts';
import type { SegmentCourse } from '../model/segmentation.ts';
import type { CourseBook } from './fact-course.ts';
import { courseOfTest } from './test-course.ts';

/**
 * From when on a condition may be answered in another way, as long as nothing happens; absent: time alone never changes
 * it. It may be too early, never too late.
 */
export function courseOfCondition(tree: ConditionTree, book: CourseBook): SegmentCourse | undefined {
  switch (tree.kind) {
    case 'test':
      return courseOfTest(tree, book);
    case 'not':
    case 'named':
      return courseOfCondition(tree.child, book);
    case 'all':
    case 'any':
      return courseOfList(tree, book);
  }
}

/**
 * A list that one of its parts settles (a false one in `all`, a true one in `any`) stays settled until the last of those
 * has changed. So who fails a condition for good need not be looked at for what else is in it.
 */
function courseOfList(tree: ListNode, book: CourseBook): SegmentCourse | undefined {
  const parts = tree.children.map((child) => ({ test: child.test, course: courseOfCondition(child, book) }));
  if (parts.every(({ course }) => course === undefined)) return undefined;
  const settling = tree.kind === 'any';
  return (view) => {
    const settled = parts.filter(({ test }) => test(view.facts) === settling);
    if (settled.some(({ course }) => course === undefined)) return undefined;
    const isSettled = settled.length > 0;
    let next: number | undefined;
    for (const { course } of isSettled ? settled : parts) {
      const own = course?.(view);
      if (own === undefined && isSettled) return undefined;
      if (own !== undefined && (next === undefined || own > next === isSettled)) next = own;
    }
    return next;
  };
}
