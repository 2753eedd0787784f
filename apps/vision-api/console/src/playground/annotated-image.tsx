import { type ReactElement, useCallback } from 'react';

import { CANVAS, dotsPath, outlinePath, tagPlace } from './drawing.js';
import { type Shape } from './findings.js';

interface Properties {
  readonly file: File;
  readonly alt: string;
  readonly shapes: readonly Shape[];
  /** The shapes that are pointed at, here or in the list. */
  readonly active: readonly string[];
  readonly onPoint: (shape: string | undefined) => void;
}

/** An image with what was found drawn over it. The list says the same in words. */
export function AnnotatedImage(properties: Properties): ReactElement {
  const { file, alt, shapes, active, onPoint } = properties;
  // The picture is given to the element itself, and let go of with it.
  const show = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(file);
      image.src = url;
      return () => {
        URL.revokeObjectURL(url);
      };
    },
    [file],
  );
  const isActive = (shape: Shape): boolean => active.includes(shape.id);
  return (
    <div className="annotated" data-pointing={active.length > 0}>
      <img className="annotated-image" ref={show} alt={alt} />
      <svg
        className="annotated-drawing"
        viewBox={`0 0 ${String(CANVAS)} ${String(CANVAS)}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {shapes.map((shape) => (
          <g
            key={shape.id}
            className="annotated-shape"
            data-active={isActive(shape)}
            data-lesser={shape.lesser}
            onPointerEnter={() => {
              onPoint(shape.id);
            }}
            onPointerLeave={() => {
              onPoint(undefined);
            }}
          >
            <path className="annotated-halo" d={outlinePath(shape.outline)} />
            <path className="annotated-line" d={outlinePath(shape.outline)} />
            <path className="annotated-dots" d={dotsPath(shape.landmarks)} />
          </g>
        ))}
      </svg>
      {shapes
        .filter((shape) => !shape.lesser || isActive(shape))
        .map((shape) => {
          const { left, top, inside } = tagPlace(shape.outline);
          return (
            <span
              key={shape.id}
              className="annotated-tag"
              data-active={isActive(shape)}
              data-inside={inside}
              style={{ left, top }}
              aria-hidden="true"
            >
              {shape.tag}
            </span>
          );
        })}
    </div>
  );
}
