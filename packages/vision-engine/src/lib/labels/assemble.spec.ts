import { describe, expect, it } from '@jest/globals';
import { ancestorsOf, assembleLabels } from './assemble.js';
import { cocoClasses, openImagesClasses } from './classes.js';
import { ConfidenceScale, type ObjectDetection } from './detection.js';
import { taxonomy } from './taxonomy.js';

const object = (name: string, confidence: number, x = 0, width = 0.4): ObjectDetection => ({
  name,
  confidence,
  box: { x, y: 0.1, width, height: 0.4 },
});

const ALL = Number.MAX_SAFE_INTEGER;

const summary = (...objects: ObjectDetection[]): Record<string, number[]> =>
  Object.fromEntries(
    assembleLabels(objects, ALL).map(({ name, confidence, instances }) => [
      name,
      [confidence, ...instances.map((instance) => instance.confidence)],
    ]),
  );

describe('taxonomy', () => {
  it('knows every class of both nets', () => {
    expect(cocoClasses).toHaveLength(80);
    expect(new Set(cocoClasses).size).toBe(80);
    expect(openImagesClasses).toHaveLength(24);
    for (const name of [...cocoClasses, ...openImagesClasses.slice(1)]) {
      expect(Object.keys(taxonomy)).toContain(name);
    }
  });

  it('has an entry for every parent, and no label above itself', () => {
    for (const name of Object.keys(taxonomy)) expect(ancestorsOf(name)).not.toContain(name);
  });

  it('gives no alias twice, and none that is a label', () => {
    const aliases = Object.values(taxonomy).flatMap((entry) => entry.aliases ?? []);
    expect(new Set(aliases).size).toBe(aliases.length);
    for (const alias of aliases) expect(taxonomy[alias]).toBeUndefined();
  });

  it('names the nearest ancestors first', () => {
    expect(ancestorsOf('Dog')).toEqual(['Canine', 'Pet', 'Mammal', 'Animal']);
  });

  it('refuses a name it does not know', () => {
    expect(() => ancestorsOf('Unicorn')).toThrow('Unicorn');
  });
});

describe('assembleLabels', () => {
  it('reports what follows from an object with its confidence and without instances', () => {
    expect(summary(object('Dog', 90))).toEqual({
      Dog: [90, 90],
      Canine: [90],
      Mammal: [90],
      Pet: [90],
      Animal: [90],
    });
  });

  it('gives a label the confidence of its best object, and its parents likewise', () => {
    const labels = summary(
      object('Dog', 70),
      object('Cat', 90, 0.5),
      object('Dog', 80, 0.5, 0.1),
    );
    expect(labels['Dog']).toEqual([80, 80, 70]);
    expect(labels['Mammal']).toEqual([90]);
    expect(labels['Canine']).toEqual([80]);
  });

  it('counts an object once that both nets saw', () => {
    expect(summary(object('Person', 80), object('Person', 90, 0.05))).toEqual({
      Person: [90, 90],
    });
  });

  it('lets a narrow name have the instance of a broad one, which keeps its confidence', () => {
    expect(summary(object('Vehicle', 95), object('Car', 80, 0.05))).toEqual({
      Vehicle: [95],
      Transportation: [95],
      Car: [80, 80],
    });
  });

  it('takes the surer of two unrelated names for one box, but lets objects overlap', () => {
    expect(Object.keys(summary(object('Cat', 90), object('Person', 70)))).not.toContain(
      'Person',
    );
    const riding = summary(object('Horse', 90), object('Person', 70, 0.1, 0.3));
    expect(riding['Person']).toEqual([70, 70]);
  });

  it('sorts by confidence, the specific before the general, and cuts last', () => {
    const names = assembleLabels([object('Cup', 60), object('Dog', 90, 0.6)], ALL).map(
      (label) => label.name,
    );
    expect(names).toEqual(['Dog', 'Canine', 'Mammal', 'Pet', 'Animal', 'Cup', 'Tableware']);
    expect(assembleLabels([object('Cup', 60), object('Dog', 90, 0.6)], 1)).toMatchObject([
      { name: 'Dog', parents: ['Canine', 'Pet', 'Mammal', 'Animal'] },
    ]);
  });

  it('carries categories, aliases and boxes', () => {
    const [label] = assembleLabels([object('Couch', 60, 0.5)], ALL);
    expect(label).toEqual({
      name: 'Couch',
      confidence: 60,
      parents: ['Furniture'],
      categories: ['Furniture and Furnishings'],
      aliases: ['Sofa'],
      instances: [
        { boundingBox: { left: 0.5, top: 0.1, width: 0.4, height: 0.4 }, confidence: 60 },
      ],
    });
  });

  it('makes nothing of nothing', () => {
    expect(assembleLabels([], ALL)).toEqual([]);
  });
});

describe('ConfidenceScale', () => {
  const scale = new ConfidenceScale(0.35);

  it('puts the threshold at 55 and the ends at 0 and 100', () => {
    expect(scale.toConfidence(0.35)).toBeCloseTo(55);
    expect(scale.toConfidence(0)).toBe(0);
    expect(scale.toConfidence(1)).toBe(100);
  });

  it('rises, and can be undone', () => {
    for (const score of [0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9]) {
      expect(scale.toScore(scale.toConfidence(score))).toBeCloseTo(score, 9);
      expect(scale.toConfidence(score + 0.05)).toBeGreaterThan(scale.toConfidence(score));
    }
  });
});
