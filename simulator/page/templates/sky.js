"use strict";
// Where satellites and the sun are, and when a place is in access: mathematics without a page.
const sky = (() => {
  const RAD = Math.PI / 180;
  // WGS84, km.
  const EQUATOR = 6378.137, FLATTENED = 0.00669437999014;
  const SUN_KM = 149597871;
  const SAMPLE_S = 10, CLOSE_S = 0.01;

  // ---- numbers packed as text --------------------------------------------------------------

  const unpacked = (text) => {
    const raw = atob(text);
    const counts = new Uint16Array(raw.length / 2);
    for (let i = 0; i < counts.length; i++) {
      counts[i] = raw.charCodeAt(2 * i) | (raw.charCodeAt(2 * i + 1) << 8);
    }
    return counts;
  };
  const scaled = (text, low, step) => Float64Array.from(unpacked(text), (n) => low + n * step);
  const fine = (text, low, high) => {
    const raw = atob(text), step = (high - low) / 16777215;
    return Float64Array.from({ length: raw.length / 3 }, (_, i) => low + step
      * (raw.charCodeAt(3 * i) | (raw.charCodeAt(3 * i + 1) << 8) | (raw.charCodeAt(3 * i + 2) << 16)));
  };
  const places = ({ lon, lat }) =>
    ({ lon: fine(lon, 0, 360).map((x) => (x > 180 ? x - 360 : x)), lat: fine(lat, -90, 90) });

  // ---- directions --------------------------------------------------------------------------

  const toVector = (lon, lat) => [
    Math.cos(lat * RAD) * Math.cos(lon * RAD),
    Math.cos(lat * RAD) * Math.sin(lon * RAD),
    Math.sin(lat * RAD),
  ];
  const toPlace = (v) => [
    Math.atan2(v[1], v[0]) / RAD,
    Math.asin(Math.max(-1, Math.min(1, v[2]))) / RAD,
  ];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const less = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const unit = (v) => {
    const length = Math.hypot(v[0], v[1], v[2]);
    return [v[0] / length, v[1] / length, v[2] / length];
  };
  const cross = (a, b) => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  // The position over whose ellipsoid normal n a body is h km high.
  const position = (n, h) => {
    const across = EQUATOR / Math.sqrt(1 - FLATTENED * n[2] * n[2]);
    return [(across + h) * n[0], (across + h) * n[1], (across * (1 - FLATTENED) + h) * n[2]];
  };

  // ---- paths -------------------------------------------------------------------------------

  // What is given at even steps, as the polynomial through the six nearest values has it.
  const through = (count, step) => {
    const order = Math.min(6, count);
    return (t) => {
      const at = t / step;
      const first = Math.max(0, Math.min(count - order, Math.floor(at) - Math.floor(order / 2) + 1));
      const weights = [];
      for (let i = 0; i < order; i++) {
        let weight = 1;
        for (let j = 0; j < order; j++) if (j !== i) weight *= (at - first - j) / (i - j);
        weights.push(weight);
      }
      return [first, weights];
    };
  };
  // A path over the Earth: the normals below it, and heights where there are any.
  const path = ({ lon, lat }, step, heights) => {
    const count = lon.length, near = through(count, step);
    const nodes = Array.from(lon, (x, i) => toVector(x, lat[i]));
    const direction = (t) => {
      const [first, weights] = near(t), sum = [0, 0, 0];
      weights.forEach((weight, i) => {
        for (let k = 0; k < 3; k++) sum[k] += weight * nodes[first + i][k];
      });
      return unit(sum);
    };
    const height = (t) => {
      const [first, weights] = near(t);
      return weights.reduce((sum, weight, i) => sum + weight * heights[first + i], 0);
    };
    return { end: (count - 1) * step, step, nodes, heights, direction, height };
  };

  // ---- when a place is in access -----------------------------------------------------------

  const stateAt = (flight, t) => {
    const n = flight.path.direction(t);
    return { n, x: position(n, flight.path.height(t)) };
  };
  // The velocity over ground, km/s.
  const velocityAt = (flight, t) => {
    const from = Math.max(0, t - 5), to = Math.min(flight.path.end, t + 5);
    return less(stateAt(flight, to).x, stateAt(flight, from).x).map((d) => d / (to - from));
  };
  // By how much all conditions of a look hold, sines and cosines; below 0: one does not.
  // Of a place swept over by a strip those of the direction to it do not count.
  const marginAt = (flight, sun, place, t, swath) => {
    const look = flight.look, { n, x } = stateAt(flight, t), e = less(x, place.x);
    const range = Math.hypot(e[0], e[1], e[2]), high = dot(e, place.n) / range;
    let margin = high - Math.sin(look.elevation * RAD);
    const hold = (value) => { if (value < margin) margin = value; };
    if (!swath) {
      const off = dot(e, n) / range;
      if (look.far !== null) hold(off - Math.cos(look.far * RAD));
      if (look.near > 0) hold(Math.cos(look.near * RAD) - off);
      if (look.side) {
        const plane = unit(cross(velocityAt(flight, t), x));
        hold((look.side * dot(place.x, plane)) / EQUATOR);
      }
    }
    const metres = 1000 * range;
    if (look.sample !== null) hold(high - (look.sample * metres) ** 2);
    if (look.tilted !== null) hold(high - (look.tilted * metres) ** 4);
    if (look.sunFrom !== null || look.sunTo !== null) {
      const to = unit(less(sun.direction(t).map((d) => d * SUN_KM), place.x));
      const light = dot(to, place.n);
      if (look.sunFrom !== null) hold(light - Math.sin(look.sunFrom * RAD));
      if (look.sunTo !== null) hold(Math.sin(look.sunTo * RAD) - light);
    }
    return margin;
  };
  // How far the plane of look is past the place, and the roll to it in degrees.
  const passed = (flight, place, t) => -dot(less(stateAt(flight, t).x, place.x), velocityAt(flight, t));
  const rollAt = (flight, place, t) => {
    const { n, x } = stateAt(flight, t), forward = unit(velocityAt(flight, t));
    const right = unit(cross(forward, n)), down = cross(forward, right), line = less(place.x, x);
    return Math.atan2(dot(line, right), dot(line, down)) / RAD;
  };

  const rootBetween = (f, low, high) => {
    const below = f(low) < 0;
    while (high - low > CLOSE_S) {
      const middle = 0.5 * (low + high);
      if (f(middle) < 0 === below) low = middle;
      else high = middle;
    }
    return 0.5 * (low + high);
  };
  // Where f is greatest between two times, by the golden section.
  const topBetween = (f, low, high) => {
    const part = (Math.sqrt(5) - 1) / 2;
    let a = high - part * (high - low), b = low + part * (high - low), fa = f(a), fb = f(b);
    while (high - low > CLOSE_S) {
      if (fa > fb) {
        [high, b, fb] = [b, a, fa];
        a = high - part * (high - low);
        fa = f(a);
      } else {
        [low, a, fa] = [a, b, fb];
        b = low + part * (high - low);
        fb = f(b);
      }
    }
    return 0.5 * (low + high);
  };
  // The times at which f changes sign, from samples and what turns between them.
  const rootsOf = (f, times) => {
    const values = times.map(f), roots = [];
    for (let k = 1; k < times.length; k++) {
      if (values[k - 1] < 0 !== values[k] < 0) roots.push(rootBetween(f, times[k - 1], times[k]));
      if (k + 1 === times.length) break;
      const [a, b, c] = values.slice(k - 1, k + 2), sign = b < 0 ? 1 : -1;
      // A top below zero, or a bottom above it, may reach over between the samples.
      if (a < 0 !== b < 0 || b < 0 !== c < 0 || sign * b < sign * a || sign * b < sign * c) continue;
      const turn = topBetween((t) => sign * f(t), times[k - 1], times[k + 1]);
      if (sign * f(turn) > 0) {
        roots.push(rootBetween(f, times[k - 1], turn), rootBetween(f, turn, times[k + 1]));
      }
    }
    return roots.sort((a, b) => a - b);
  };
  // Stretches of samples in which the satellite may be over the horizon of a place.
  const stretches = (flight, place, end) => {
    const { nodes, heights, step } = flight.path, found = [];
    const deep = Math.max(0, -flight.look.elevation) + 1;
    const angle = (a, b) => Math.acos(Math.max(-1, Math.min(1, dot(a, b)))) / RAD;
    let now = null;
    for (let i = 0; i + 1 < nodes.length && i * step < end; i++) {
      const highest = Math.max(heights[i], heights[i + 1]);
      const horizon = Math.acos(6357 / (6357 + highest)) / RAD + deep;
      const apart = angle(nodes[i], place.n) + angle(nodes[i + 1], place.n);
      if (apart - angle(nodes[i], nodes[i + 1]) > 2 * horizon) {
        now = null;
        continue;
      }
      if (now === null) found.push(now = [i * step]);
      for (let k = 1; k <= step / SAMPLE_S; k++) {
        const t = i * step + k * SAMPLE_S;
        if (t < end) now.push(t);
      }
      if ((i + 1) * step >= end && now.at(-1) < end) now.push(end);
    }
    return found;
  };
  const within = (windows, allowed) => windows.flatMap(([from, to]) =>
    allowed.filter(([a, b]) => a < to && b > from).map(([a, b]) => [Math.max(a, from), Math.min(b, to)]));

  // The windows [start, end], seconds, in which a satellite sees a place before `end`; of a strip
  // that sweeps over it, the instants.
  const windows = (flight, sun, lon, lat, end, swath) => {
    const look = flight.look, n = toVector(lon, lat), place = { n, x: position(n, 0) };
    const last = Math.min(end, flight.path.end), found = [];
    const margin = (t) => marginAt(flight, sun, place, t, swath);
    for (const times of stretches(flight, place, last)) {
      if (swath) {
        const lit = (t) => look.lit === null || look.lit.some(([a, b]) => a <= t && t <= b);
        for (const t of rootsOf((at) => passed(flight, place, at), times)) {
          const aside = Math.abs(rollAt(flight, place, t) - look.roll);
          if (aside <= look.half && margin(t) >= 0 && lit(t)) found.push([t, t]);
        }
        continue;
      }
      const edges = rootsOf(margin, times);
      if (margin(times[0]) >= 0) edges.unshift(times[0]);
      if (edges.length % 2) edges.push(times.at(-1));
      for (let k = 0; k < edges.length; k += 2) found.push([edges[k], edges[k + 1]]);
    }
    if (swath) return found;
    const kept = look.lit === null ? found : within(found, look.lit);
    return kept.filter(([from, to]) => to - from >= look.least);
  };

  return { unpacked, scaled, fine, places, toVector, toPlace, unit, cross, path, windows };
})();
