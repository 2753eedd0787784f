import { type Pose } from '../../types.js';
import { type FaceMesh } from './mesh.js';

type Vector = readonly [x: number, y: number, z: number];

const DEGREES = 180 / Math.PI;

/** Ends of the face's own axes: one cheek to the other, and forehead to chin. */
const LEFT_CHEEK = 234;
const RIGHT_CHEEK = 454;
const FOREHEAD = 10;
const CHIN = 152;

/**
 * In the mesh of a head that is held straight the chin lies behind the forehead, as if the head
 * were bowed by so many degrees: seen on portraits that face the camera.
 */
const LEAN_OF_STRAIGHT_FACE = 12;

/**
 * Where a head points, from the axes of its mesh.
 *
 * Signs are Amazon Rekognition's, read off its published answers: roll is positive when the head
 * is turned clockwise in the picture (the eye on the right is the lower one), yaw when the nose
 * points to the right of the picture, pitch when it points up.
 */
export function poseOf(mesh: FaceMesh): Pose {
  const down = unit(between(mesh, FOREHEAD, CHIN));
  const across = between(mesh, LEFT_CHEEK, RIGHT_CHEEK);
  // Into the head: across and down span the face. Making `across` anew from the two leaves three
  // axes at right angles, the columns of the head's rotation.
  const inward = unit(cross(across, down));
  const right = cross(down, inward);
  return {
    roll: Math.atan2(right[1], right[0]) * DEGREES,
    yaw: Math.asin(clampUnit(right[2])) * DEGREES,
    pitch: Math.atan2(-down[2], inward[2]) * DEGREES + LEAN_OF_STRAIGHT_FACE,
  };
}

function between(mesh: FaceMesh, from: number, to: number): Vector {
  const a = mesh.point(from);
  const b = mesh.point(to);
  return [b.x - a.x, b.y - a.y, b.z - a.z];
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Rounding can take a cosine a hair past 1, where its angle is not a number. */
function clampUnit(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
