import { describe, expect, it } from '@jest/globals';
import { FaceMesh } from './mesh.js';
import { poseOf } from './pose.js';

/** A face whose four outermost points were turned: first pitch, then yaw, then roll. */
function headTurnedBy(pitch: number, yaw: number, roll: number): FaceMesh {
  const [p, y, r] = [pitch, yaw, roll].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  const turn = ([x0, y0, z0]: [number, number, number]): [number, number, number] => {
    // Looking up brings the chin (y > 0) nearer (z < 0).
    const y1 = y0 * Math.cos(p) + z0 * Math.sin(p);
    const z1 = -y0 * Math.sin(p) + z0 * Math.cos(p);
    // Looking to the right of the picture takes the cheek on the right (x > 0) away (z > 0).
    const x2 = x0 * Math.cos(y) - z1 * Math.sin(y);
    const z2 = x0 * Math.sin(y) + z1 * Math.cos(y);
    return [x2 * Math.cos(r) - y1 * Math.sin(r), x2 * Math.sin(r) + y1 * Math.cos(r), z2];
  };
  const coordinates = new Float32Array(468 * 3);
  coordinates.set(turn([-50, 0, 0]), 234 * 3);
  coordinates.set(turn([50, 0, 0]), 454 * 3);
  coordinates.set(turn([0, -80, 0]), 10 * 3);
  coordinates.set(turn([0, 80, 0]), 152 * 3);
  return new FaceMesh(1, { data: new Uint8Array(0), width: 0, height: 0 }, coordinates);
}

describe('poseOf', () => {
  const straight = poseOf(headTurnedBy(0, 0, 0)).pitch;

  it.each([
    ['looks up', 20, 0, 0],
    ['looks down', -30, 0, 0],
    ['looks to the right of the picture', 0, 35, 0],
    ['looks to the left of the picture', 0, -60, 0],
    ['leans clockwise', 0, 0, 25],
    ['is upside down', 0, 0, 170],
    ['does a bit of everything', 10, -20, 15],
  ])('a head that %s', (_, pitch, yaw, roll) => {
    const pose = poseOf(headTurnedBy(pitch, yaw, roll));
    expect(pose.pitch - straight).toBeCloseTo(pitch, 3);
    expect(pose.yaw).toBeCloseTo(yaw, 3);
    expect(pose.roll).toBeCloseTo(roll, 3);
  });
});
