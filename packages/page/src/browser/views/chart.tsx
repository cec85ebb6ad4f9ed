import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Curves } from '../model/activity.ts';
import { formatCount, formatDuration } from './format.ts';

const HEIGHT = 150;
/** Told apart by people who see colours differently too; by Okabe and Ito. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a8a00', '#7a7a85'];

/** Curves over the time of the run. Their last values stand beneath as text. */
export function Chart({ title, curves }: { title: string; curves: Curves }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const names = curves.lines.map(({ name }) => name).join();
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(curves, element), dataOf(curves), element);
    };
    draw();
    const resized = new ResizeObserver(([entry]) => {
      plot.current?.setSize({ width: entry?.contentRect.width ?? 300, height: HEIGHT });
    });
    resized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      scheme.removeEventListener('change', draw);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [names]);
  useEffect(() => plot.current?.setData(dataOf(curves)), [curves]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
      <ul class="legend">
        {curves.lines.map(({ name, y }, index) => (
          <li key={name}>
            <i aria-hidden="true" style={{ background: colourOf(index) }} />
            {name} <b>{formatCount(y.findLast((value) => value !== null) ?? 0)}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function dataOf({ x, lines }: Curves): uPlot.AlignedData {
  return [[...x], ...lines.map(({ y }) => [...y])];
}

function optionsOf({ lines }: Curves, element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const axis = {
    stroke: style.color,
    grid: { stroke: style.borderTopColor, width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width: element.clientWidth || 300,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, values: (_, splits) => splits.map((s) => formatDuration(s * 1000)), space: 70, size: 26 },
      { ...axis, values: (_, splits) => splits.map((value) => formatCount(value)), size: 52 },
    ],
    series: [
      {},
      ...lines.map((_, index) => ({
        stroke: colourOf(index),
        width: 1.5,
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? 'gray';
}
