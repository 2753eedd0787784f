import { type Label } from '../../types.js';
import { intersectionOverUnion, toBoundingBox } from '../geometry/box.js';
import { type ObjectDetection, WHOLE_IMAGE } from './detection.js';
import { taxonomy } from './taxonomy.js';

/** Boxes of one kind of thing that overlap more show the same object, whichever net drew them. */
const SAME_OBJECT = 0.5;

/**
 * Boxes that overlap more show the same object even under names that have nothing to do with each
 * other, and one of the names is wrong.
 */
const SAME_BOX = 0.8;

/**
 * All broader labels of a label, nearest first.
 *
 * @throws Error when the taxonomy does not know one of them.
 */
export function ancestorsOf(name: string): readonly string[] {
  const found: string[] = [];
  let nearest: readonly string[] = [name];
  while (nearest.length > 0) {
    const broader = nearest.flatMap((each) => {
      const entry = taxonomy[each];
      if (entry === undefined) throw new Error(`The taxonomy has no label "${each}".`);
      return entry.parents ?? [];
    });
    nearest = [...new Set(broader)].filter((each) => !found.includes(each));
    found.push(...nearest);
  }
  return found;
}

/**
 * Makes labels of objects: one label per name with its objects as instances, objects that both
 * nets saw counted once, and the labels that follow from them (a dog is an animal) with the
 * confidence of the best object they follow from.
 *
 * @returns by falling confidence, the more specific first among equals.
 */
export function assembleLabels(
  objects: readonly ObjectDetection[],
  maxLabels: number,
): readonly Label[] {
  const kept = withoutRepeats(objects);
  const confidences = new Map<string, number>();
  for (const object of kept) {
    for (const name of [object.name, ...ancestorsOf(object.name)]) {
      confidences.set(name, Math.max(confidences.get(name) ?? 0, object.confidence));
    }
  }
  const instances = Map.groupBy(withoutBroader(kept), (object) => object.name);
  return [...confidences]
    .map(([name, confidence]): Label => {
      const entry = taxonomy[name];
      return {
        name,
        confidence,
        parents: ancestorsOf(name),
        categories: entry === undefined ? [] : [entry.category],
        aliases: entry?.aliases ?? [],
        instances: (instances.get(name) ?? []).map(({ box, confidence: own }) => ({
          boundingBox: toBoundingBox(box, WHOLE_IMAGE),
          confidence: own,
        })),
      };
    })
    .sort(
      (a, b) =>
        b.confidence - a.confidence ||
        b.parents.length - a.parents.length ||
        a.name.localeCompare(b.name, 'en'),
    )
    .slice(0, maxLabels);
}

/** Keeps the surest of several readings of one object. */
function withoutRepeats(objects: readonly ObjectDetection[]): readonly ObjectDetection[] {
  const kept: ObjectDetection[] = [];
  for (const object of objects.toSorted((a, b) => b.confidence - a.confidence)) {
    const repeated = kept.some((other) => {
      const overlap = intersectionOverUnion(other.box, object.box);
      if (other.name === object.name) return overlap > SAME_OBJECT;
      return overlap > SAME_BOX && !isKindOf(other, object) && !isKindOf(object, other);
    });
    if (!repeated) kept.push(object);
  }
  return kept;
}

/** Leaves out objects under a broad name ("Vehicle") that a narrower one ("Car") covers. */
function withoutBroader(objects: readonly ObjectDetection[]): readonly ObjectDetection[] {
  return objects.filter(
    (object) =>
      !objects.some(
        (other) =>
          isKindOf(other, object) && intersectionOverUnion(other.box, object.box) > SAME_OBJECT,
      ),
  );
}

function isKindOf(narrow: ObjectDetection, broad: ObjectDetection): boolean {
  return ancestorsOf(narrow.name).includes(broad.name);
}
