(() => {
  const ABSENT = 65535;
  const RAD = Math.PI / 180;
  const MINUTE = 60, DAY = 86400;
  const TRACK_S = 2850, TRACK_STEP_S = 60;
  const MOST_EVENTS = 400;
  const { unpacked, scaled, toVector, toPlace, unit, cross } = sky;
  const SVG = "http://www.w3.org/2000/svg";

  // ---- numbers and words -------------------------------------------------------------------

  const two = (n) => String(n).padStart(2, "0");
  const short = (value) => {
    if (value === 0) return "0";
    const text = value.toPrecision(3);
    return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(text));
  };
  const placeWords = (lon, lat, digits) =>
    `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? "S" : "N"}, `
    + `${Math.abs(lon).toFixed(digits)}° ${lon < 0 ? "W" : "E"}`;
  const made = (name, words = "", classes = "") => {
    const node = document.createElement(name);
    node.textContent = words;
    if (classes) node.className = classes;
    return node;
  };
  const drawn = (name, attributes) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };

  const aside = (v, side, angle) =>
    v.map((x, k) => x * Math.cos(angle * RAD) + side[k] * Math.sin(angle * RAD));

  const between = (values, step, t) => {
    const i = Math.max(0, Math.min(Math.floor(t / step), values.length - 2));
    const s = Math.min(t / step - i, 1);
    return values[i] + (values[i + 1] - values[i]) * s;
  };

  // Equal Earth, as the page's drawing has it (Šavrič, Patterson and Jenny 2019).
  const projector = (map) => {
    const half = Math.sqrt(3) / 2;
    return (lon, lat) => {
      const turned = ((((lon - map.centre + 180) % 360) + 360) % 360) - 180;
      const t = Math.asin(half * Math.sin(lat * RAD)), t2 = t * t, t6 = t2 * t2 * t2;
      const slope = 1.340264 - 0.243318 * t2 + t6 * (0.006251 + 0.034164 * t2);
      const x = (turned * RAD * Math.cos(t)) / (half * slope);
      const y = t * (1.340264 - 0.081106 * t2 + t6 * (0.000893 + 0.003796 * t2));
      return [map.width / 2 + map.scale * x, map.height / 2 - map.scale * y];
    };
  };

  // A line on the map, broken where it leaves one edge for the other.
  const lineData = (points, width) => {
    let text = "", before = null;
    for (const [x, y] of points) {
      const torn = before === null || Math.abs(x - before) > width / 2;
      text += `${torn ? "M" : "L"}${Math.round(x)} ${Math.round(y)}`;
      before = x;
    }
    return text;
  };

  // ---- one run --------------------------------------------------------------------------------

  const start = (root) => {
    const data = JSON.parse(root.querySelector("script.data").textContent);
    const find = (name) => root.querySelector(`[data-part="${name}"]`);
    const project = projector(data.map);
    const fromMiddle = projector({ ...data.map, centre: 0 });
    // Longitudes from the middle of the map: those of its edges stay each on its own side.
    const onOwnSide = (x, lat) => fromMiddle(Math.max(-179.9999, Math.min(179.9999, x)), lat);
    const flights = data.flights.map((flight) => ({
      name: flight.name,
      path: sky.path(sky.places(flight), data.step,
        scaled(flight.alt, flight.altLow, flight.altStep)),
      look: flight.look,
      reach: scaled(flight.reach, 0, 0.01),
      inner: flight.inner ? scaled(flight.inner, 0, 0.01) : null,
    })).filter((flight) => flight.path.end >= 4 * data.step);
    const sun = sky.path(sky.places(data.sun), data.sunStep);
    const contacts = data.contacts.map(([station, craft, mask, steps]) => {
      const windows = [];
      for (let i = 0, at = 0; i < steps.length; i += 2) {
        at += steps[i];
        windows.push([at, at + steps[i + 1]]);
      }
      return { station, craft, mask, windows };
    });
    const state = { day: data.firstDay, minute: 0, network: 0, figure: 0, chosen: null, cell: null };

    // ---- time ----

    const seconds = () => data.days[state.day].start + state.minute * MINUTE;
    const clock = (t, ahead, withSeconds) => {
      const at = new Date(data.start + (t + ahead * MINUTE) * 1000);
      const text = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
      return withSeconds ? `${text}:${two(at.getUTCSeconds())}` : text;
    };
    const dated = (t) => {
      const at = new Date(data.start + t * 1000);
      return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
    };
    const ahead = (t) => {
      let minutes = 0;
      for (const [from, offset] of data.offsets) if (from <= t || from === 0) minutes = offset;
      return minutes;
    };
    const both = (t, withSeconds = false) => {
      const utc = `${clock(t, 0, withSeconds)} UTC`;
      return ahead(t) ? `${utc} (${clock(t, ahead(t), withSeconds)} local)` : utc;
    };

    // ---- the view of the map ----

    const map = find("map");
    map.setAttribute("tabindex", "0");
    const ways = "Arrow keys move it, plus and minus zoom, Enter tells the cell in its middle.";
    map.setAttribute("aria-label", `${map.getAttribute("aria-label")}. ${ways}`);
    const view = { x: 0, y: 0, w: data.map.width };
    const ratio = () => {
      const box = map.getBoundingClientRect();
      return box.width ? box.height / box.width : data.map.height / data.map.width;
    };
    const whole = () => Math.max(data.map.width, data.map.height / ratio());
    const show = () => {
      view.w = Math.max(data.map.width / 150, Math.min(whole(), view.w));
      const h = view.w * ratio();
      const clamped = (at, size, all) =>
        size >= all ? (all - size) / 2 : Math.max(0, Math.min(all - size, at));
      view.x = clamped(view.x, view.w, data.map.width);
      view.y = clamped(view.y, h, data.map.height);
      map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${h}`);
      map.style.setProperty("--u", view.w / Math.max(map.clientWidth, 1));
      const u = view.w / Math.max(map.clientWidth, 1), [x, y] = [view.x + view.w / 2, view.y + h / 2];
      find("middle").setAttribute("d",
        `M${x - 12 * u} ${y}H${x + 12 * u}M${x} ${y - 12 * u}V${y + 12 * u}`);
      map.style.touchAction = view.w < 0.98 * whole() ? "none" : "pan-y";
      label();
    };
    const zoom = (factor, px = 0.5, py = 0.5) => {
      const before = view.w, h = before * ratio();
      view.w = Math.max(data.map.width / 150, Math.min(whole(), before * factor));
      view.x += (before - view.w) * px;
      view.y += (h - view.w * ratio()) * py;
      show();
    };
    const move = (dx, dy) => {
      view.x += dx * view.w;
      view.y += dy * view.w * ratio();
      show();
    };
    const fit = ([x, y, w, h]) => {
      view.w = Math.max(w, h / ratio());
      view.x = x + (w - view.w) / 2;
      view.y = y + (h - view.w * ratio()) / 2;
      show();
    };
    // Names beside marks, as many as find room.
    const label = () => {
      const u = view.w / Math.max(map.clientWidth, 1);
      const taken = data.targets.map(({ x, y }) => [(x - view.x) / u, (y - view.y) / u])
        .map(([x, y]) => [x - 5, y - 5, x + 5, y + 5]);
      for (const text of map.querySelectorAll("text.name")) {
        const x = (text.getAttribute("x") - view.x) / u, y = (text.getAttribute("y") - view.y) / u;
        const width = 6.2 * text.textContent.length + 14;
        const inside = x > 0 && y > 8 && x + width < map.clientWidth && y < map.clientHeight;
        const box = [x + 7, y - 8, x + width, y + 8];
        const near = text.classList.contains("station") ? u < 25 : u < 60;
        const free = taken.every((b) =>
          b[2] < box[0] || b[0] > box[2] || b[3] < box[1] || b[1] > box[3]);
        const fits = inside && near && free && !text.closest("[hidden]");
        text.classList.toggle("shown", fits);
        if (fits) taken.push(box);
      }
    };

    const pointers = new Map();
    let dragged = 0, spread = 0;
    const apart = () => {
      const [a, b] = [...pointers.values()];
      return Math.hypot(a.x - b.x, a.y - b.y);
    };
    map.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      dragged = 0;
      if (pointers.size === 2) spread = apart();
    });
    map.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const box = map.getBoundingClientRect();
      const dx = event.clientX - before.x, dy = event.clientY - before.y;
      dragged += Math.abs(dx) + Math.abs(dy);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (dragged > 4 && !map.hasPointerCapture(event.pointerId)) {
        map.setPointerCapture(event.pointerId);
      }
      move(-dx / box.width / pointers.size, -dy / box.height / pointers.size);
      if (pointers.size === 2) {
        const now = apart();
        zoom(spread / now);
        spread = now;
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      map.addEventListener(name, (event) => pointers.delete(event.pointerId));
    }
    map.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = map.getBoundingClientRect();
      zoom(Math.exp(event.deltaY / 300), (event.clientX - box.left) / box.width,
        (event.clientY - box.top) / box.height);
    }, { passive: false });
    map.addEventListener("keydown", (event) => {
      if (event.target !== map) return;
      const keys = {
        Enter: () => tellCellAt(view.x + view.w / 2, view.y + (view.w * ratio()) / 2),
        ArrowLeft: () => move(-0.15, 0), ArrowRight: () => move(0.15, 0),
        ArrowUp: () => move(0, -0.15), ArrowDown: () => move(0, 0.15),
        "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1 / 0.6),
      };
      if (!keys[event.key]) return;
      keys[event.key]();
      event.preventDefault();
    });
    find("closer").addEventListener("click", () => zoom(0.6));
    find("farther").addEventListener("click", () => zoom(1 / 0.6));
    find("world").addEventListener("click", () => fit([0, 0, data.map.width, data.map.height]));
    find("near").addEventListener("click", () => fit(data.near));

    // ---- cells ----

    const colourOf = (figure, value) => {
      if (value === null || Number.isNaN(value)) return "absent";
      let at = 0;
      while (at < figure.edges.length && value >= figure.edges[at]) at++;
      return figure.classes[at][0];
    };
    const figureNow = () => data.figures[state.figure];
    const column = (figure) => (figure.byNetwork ? state.network : 0);
    const cellsOf = new Map();
    // Corners of every cell of a region in units of the drawing, one cell after another.
    const cornersOf = (region) => {
      if (cellsOf.has(region.id)) return cellsOf.get(region.id);
      let corners, size, middles;
      if (region.corners) {
        size = region.corners;
        const lon = scaled(region.cornerLon, -270, 540 / 65534);
        const lat = scaled(region.cornerLat, -90, 180 / 65534);
        corners = new Float32Array(2 * lon.length);
        for (let i = 0; i < lon.length; i++) corners.set(onOwnSide(lon[i], lat[i]), 2 * i);
        const centres = sky.places(region);
        middles = (cell) => [centres.lon[cell], centres.lat[cell]];
      } else {
        size = 4;
        const columns = region.west.length, found = [], cells = [];
        let cell = 0, within = false;
        for (const run of region.inside) {
          for (let i = 0; within && i < run; i++) {
            const row = Math.floor((cell + i) / columns), at = (cell + i) % columns;
            cells.push([row, at]);
            found.push(...onOwnSide(region.west[at], region.one[row]),
              ...onOwnSide(region.east[at], region.one[row]),
              ...onOwnSide(region.east[at], region.other[row]),
              ...onOwnSide(region.west[at], region.other[row]));
          }
          cell += run;
          within = !within;
        }
        corners = Float32Array.from(found);
        middles = (number) => {
          const [row, at] = cells[number];
          const x = (region.west[at] + region.east[at]) / 2 + data.map.centre;
          return [((((x + 180) % 360) + 360) % 360) - 180, (region.one[row] + region.other[row]) / 2];
        };
      }
      const kept = { corners, size, middles, count: corners.length / (2 * size) };
      cellsOf.set(region.id, kept);
      return kept;
    };
    const valuesOf = (figure, at, region) => {
      const held = figure.cells[at];
      if (!held || !held[region.id]) return null;
      const counts = unpacked(held[region.id]);
      return Float64Array.from(counts, (n) => (n === ABSENT ? NaN : figure.low + n * figure.step));
    };
    const regionNow = () => data.regions[Number(find("region")?.value ?? 0)];
    const paintCells = () => {
      const layer = find("cells"), figure = figureNow(), region = regionNow();
      layer.replaceChildren();
      if (!figure || !region) return;
      const values = valuesOf(figure, column(figure), region);
      if (!values) return;
      const { corners, size } = cornersOf(region), paths = {};
      for (let cell = 0; cell < values.length; cell++) {
        const shade = colourOf(figure, values[cell]);
        const from = 2 * size * cell;
        let x = Math.round(corners[from]), y = Math.round(corners[from + 1]);
        let text = `M${x} ${y}l`;
        for (let k = 1; k < size; k++) {
          const nx = Math.round(corners[from + 2 * k]), ny = Math.round(corners[from + 2 * k + 1]);
          text += `${nx - x} ${ny - y} `;
          x = nx;
          y = ny;
        }
        (paths[shade] ??= []).push(`${text}z`);
      }
      for (const [shade, parts] of Object.entries(paths)) {
        layer.append(drawn("path", { class: `cell ${shade}`, d: parts.join("") }));
      }
    };
    const cellAt = (px, py) => {
      const region = regionNow();
      if (!region) return -1;
      const { corners, size, count } = cornersOf(region);
      for (let cell = 0; cell < count; cell++) {
        let inside = false;
        for (let k = 0, j = size - 1; k < size; j = k++) {
          const a = 2 * (cell * size + k), b = 2 * (cell * size + j);
          const [ax, ay, bx, by] = [corners[a], corners[a + 1], corners[b], corners[b + 1]];
          if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
        }
        if (inside) return cell;
      }
      return -1;
    };
    const paintTargets = () => {
      const figure = figureNow();
      const values = figure ? figure.targets[column(figure)] : null;
      root.querySelectorAll(".mark.target circle.dot").forEach((dot, i) => {
        dot.setAttribute("class", `dot ${values ? colourOf(figure, values[i]) : "plain"}`);
      });
    };
    const writeLegend = () => {
      const legend = find("legend"), figure = figureNow();
      legend.replaceChildren();
      if (!figure) return;
      const unitWords = figure.unit ? `, ${figure.unit}` : "";
      legend.append(made("span", `${figure.name}${unitWords}:`, "head"));
      const add = (shade, words) => {
        const item = made("span", "", "item");
        item.append(made("span", "", `swatch ${shade}`), made("span", words));
        legend.append(item);
      };
      for (const [shade, words] of figure.classes) add(shade, words);
      const none = figure.targets[column(figure)]?.includes(null);
      const region = regionNow(), values = region && valuesOf(figure, column(figure), region);
      if (none || values?.some(Number.isNaN)) add("absent", "none");
    };

    // ---- what is told of a place ----

    const marks = [...root.querySelectorAll(".mark.target")];
    marks.forEach((mark, i) => {
      mark.setAttribute("role", "button");
      mark.setAttribute("tabindex", i === 0 ? "0" : "-1");
    });
    const tell = (title, parts) => {
      const box = find("told"), close = made("button", "×", "close");
      close.type = "button";
      close.setAttribute("aria-label", "Close");
      close.addEventListener("click", untell);
      box.replaceChildren(close, made("h4", title), ...parts);
      box.removeAttribute("hidden");
      box.scrollTop = 0;
    };
    const untell = () => {
      state.chosen = state.cell = null;
      find("told").setAttribute("hidden", "");
      find("chosen-cell").setAttribute("d", "");
      marks.forEach((mark) => mark.classList.remove("chosen"));
    };
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") untell();
    });
    const listed = (pairs) => {
      const list = made("dl");
      for (const [name, value, more, unit] of pairs) {
        const told = made("dd", unit ? `${value} ${unit}` : value);
        if (more) told.append(made("span", ` (${more})`, "more"));
        list.append(made("dt", name), told);
      }
      return list;
    };
    const tellTarget = (number) => {
      const target = data.targets[number];
      untell();
      state.chosen = number;
      marks[number].classList.add("chosen");
      const where = placeWords(target.lon, target.lat, 2);
      const windows = data.accesses.filter((row) => row[0] === number);
      const list = made("ol", "", "windows");
      for (const [, craft, from, to] of windows) {
        const picture = data.pictures.find(
          (row) => row[0] === number && row[1] === craft && row[2] >= from - 1 && row[2] <= to + 1);
        const late = picture?.[3 + state.network];
        const words = picture === undefined ? ", no picture"
          : late === -1 ? ", picture still on board at the end"
          : late === -2 ? ", picture lost"
          : late === undefined ? "" : `, at headquarters after ${lasting(late - picture[2])}`;
        const by = data.satellites.length > 1 ? `, ${data.satellites[craft]}` : "";
        list.append(windowItem(from, to, ` ${lasting(to - from)}${by}${words}`));
      }
      const ages = target.ages.map(([name, values]) => [name, values[state.network] ?? "-"]);
      const parts = [made("p", [target.country, where].filter(Boolean).join(", "), "where"),
        listed(target.numbers)];
      if (ages.length) parts.push(made("h5", `With ${data.networks[state.network]}`), listed(ages));
      parts.push(made("h5", `Accesses: ${windows.length}`), list);
      tell(target.name, parts);
    };
    const lasting = (s) => {
      if (s < 60) return `${Math.round(s)} s`;
      if (s < 600) return `${(s / 60).toFixed(1)} min`;
      if (s < 3600) return `${Math.round(s / 60)} min`;
      if (s < 86400) return `${(s / 3600).toFixed(s < 36000 ? 2 : 1)} h`;
      return `${(s / 86400).toFixed(1)} d`;
    };
    // The windows of a cell's centre, found here: the grids of a run hold none.
    const windowsOfCell = (region, lon, lat) => {
      const able = flights.filter(({ look }) => look);
      if (!able.length) return [];
      const found = able.flatMap((flight) =>
        sky.windows(flight, sun, lon, lat, data.length, region.swath)
          .map(([from, to]) => ({ from, to, name: flight.name })));
      found.sort((a, b) => a.from - b.from || a.to - b.to);
      const list = made("ol", "", "windows");
      for (const { from, to, name } of found.slice(0, MOST_EVENTS)) {
        const by = data.satellites.length > 1 ? `, ${name}` : "";
        const words = region.swath ? " swept over" : ` ${lasting(to - from)}`;
        list.append(windowItem(from, to, `${words}${by}`));
      }
      const until = Math.min(...able.map(({ path }) => path.end));
      const parts = [`Of the cell's centre, to about ${data.near_s} s.`];
      if (until < data.length) parts.push(`Tracks in this page end after ${lasting(until)}.`);
      if (found.length > MOST_EVENTS) parts.push(`The first ${MOST_EVENTS} are listed.`);
      return [made("h5", `Accesses: ${found.length}`), made("p", parts.join(" "), "note"), list];
    };
    const windowItem = (from, to, words) => {
      const item = made("li"), go = made("button", `${dated(from)} ${both(from)}`);
      go.type = "button";
      go.addEventListener("click", () => goTo(from));
      item.append(go, made("span", words));
      item.dataset.from = from.toFixed(2);
      item.dataset.to = to.toFixed(2);
      return item;
    };
    const tellCell = (cell) => {
      const region = regionNow();
      // The figures that are alike in all networks, or those of the network chosen.
      const pairs = (byNetwork) => data.figures.filter((f) => f.byNetwork === byNetwork)
        .map((figure) => [figure, valuesOf(figure, column(figure), region)])
        .filter(([, values]) => values)
        .map(([figure, values]) => [figure.name, Number.isNaN(values[cell]) ? "none"
          : `${short(values[cell])} ${figure.unit}`.trim()]);
      untell();
      state.cell = cell;
      const { corners, size, middles } = cornersOf(region), [lon, lat] = middles(cell);
      const parts = [made("p", placeWords(lon, lat, 2), "where"), listed(pairs(false))];
      const more = pairs(true);
      if (more.length) parts.push(made("h5", `With ${data.networks[state.network]}`), listed(more));
      tell(`Cell ${cell + 1} of ${region.name}`, [...parts, ...windowsOfCell(region, lon, lat)]);
      const points = Array.from({ length: size }, (_, k) =>
        `${corners[2 * (cell * size + k)]} ${corners[2 * (cell * size + k) + 1]}`);
      find("chosen-cell").setAttribute("d", `M${points.join("L")}z`);
    };
    const tellCellAt = (x, y) => {
      const cell = cellAt(x, y);
      if (cell >= 0) tellCell(cell);
    };
    map.addEventListener("click", (event) => {
      if (dragged > 4) return;
      const mark = event.target.closest(".mark.target");
      if (mark) return tellTarget(Number(mark.dataset.number));
      const box = map.getBoundingClientRect();
      tellCellAt(view.x + ((event.clientX - box.left) / box.width) * view.w,
        view.y + ((event.clientY - box.top) / box.height) * view.w * ratio());
    });
    marks.forEach((mark, i) => mark.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) {
        const next = marks[(i + step + marks.length) % marks.length];
        mark.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
        event.preventDefault();
      } else if (event.key === "Enter" || event.key === " ") {
        tellTarget(i);
        event.preventDefault();
      }
    }));
    root.querySelectorAll("button.choose").forEach((button) =>
      button.addEventListener("click", () => {
        tellTarget(Number(button.dataset.number));
        find("told").scrollIntoView({ block: "nearest" });
        find("told").focus();
      }));

    // ---- what moves ----

    const placeOnMap = (direction) => project(...toPlace(direction));
    const trackParts = (flight, t) => {
      const from = Math.max(0, t - TRACK_S), to = Math.min(flight.path.end, t + TRACK_S);
      const line = [], strips = [];
      let before = null;
      for (let at = from; at <= to; at += TRACK_STEP_S) {
        const v = flight.path.direction(at);
        line.push(placeOnMap(v));
        const later = flight.path.direction(Math.min(at + 1, flight.path.end));
        const side = unit(cross(v, later.map((x, k) => x - v[k] || 1e-12)));
        const far = between(flight.reach, data.step, at);
        const near = flight.inner ? between(flight.inner, data.step, at) : 0;
        const edges = (near ? [[-far, -near], [near, far]] : [[-far, far]]).map((pair) =>
          pair.map((angle) => placeOnMap(aside(v, side, angle))));
        if (before) {
          edges.forEach(([a, b], k) => {
            const quad = [before[k][0], before[k][1], b, a];
            const xs = quad.map((p) => p[0]);
            if (Math.max(...xs) - Math.min(...xs) < data.map.width / 4) {
              strips.push(`M${quad.map((p) => p.map(Math.round).join(" ")).join("L")}z`);
            }
          });
        }
        before = edges;
      }
      return [lineData(line, data.map.width), strips.join("")];
    };
    const circleData = (v, angle) => {
      const east = unit(cross([1e-9, 0, 1], v)), north = cross(v, east), points = [];
      for (let k = 0; k <= 72; k++) {
        const bearing = (k / 36) * Math.PI;
        const way = east.map((x, i) => x * Math.sin(bearing) + north[i] * Math.cos(bearing));
        points.push(placeOnMap(aside(v, way, angle)));
      }
      return lineData(points, data.map.width);
    };
    // The part of the map where the sun is below the horizon.
    const nightData = (t) => {
      const [lon, lat] = toPlace(sun.direction(t));
      const tilt = Math.tan((Math.abs(lat) < 0.05 ? 0.05 : lat) * RAD);
      const edge = (x) => Math.atan(-Math.cos((x + data.map.centre - lon) * RAD) / tilt) / RAD;
      const pole = tilt > 0 ? -90 : 90, ring = [];
      for (let x = -180; x <= 180; x += 3) ring.push([x, edge(x)]);
      for (let k = 0; k <= 20; k++) ring.push([180, edge(180) + (k / 20) * (pole - edge(180))]);
      for (let k = 20; k >= 0; k--) ring.push([-180, edge(-180) + (k / 20) * (pole - edge(-180))]);
      return `M${ring.map(([x, y]) => onOwnSide(x, y).map(Math.round).join(" ")).join("L")}z`;
    };
    const heard = (t) => {
      const found = [];
      for (const { station, craft, mask, windows } of contacts) {
        if (!(mask & (1 << state.network))) continue;
        if (windows.some(([from, to]) => from <= t && t < to)) found.push([station, craft]);
      }
      return found;
    };
    // A target that moves is drawn where it is, or not at all before its way begins and after.
    const moveTarget = (target, mark, t) => {
      const after = target.way.findIndex(([at]) => at > t), k = Math.max(1, after) - 1;
      mark.classList.toggle("gone", t < target.way[0][0] || after < 0 && t > target.way.at(-1)[0]);
      const a = target.way[after < 0 ? target.way.length - 1 : k];
      const b = after < 0 ? a : target.way[k + 1];
      const share = b === a ? 0 : Math.min(1, Math.max(0, (t - a[0]) / (b[0] - a[0])));
      // Over the far side of the map there is no straight way from point to point.
      const near = Math.abs(b[1] - a[1]) < data.map.width / 4 ? share : 0;
      [target.x, target.y, target.lat, target.lon] = [1, 2, 3, 4].map((i) => a[i] + near * (b[i] - a[i]));
      for (const circle of mark.querySelectorAll("circle")) {
        circle.setAttribute("cx", target.x);
        circle.setAttribute("cy", target.y);
      }
      const text = mark.querySelector("text.name");
      text.setAttribute("x", target.x);
      text.setAttribute("y", target.y);
    };
    let told = "";
    const paintTime = () => {
      const t = seconds(), layer = find("moving");
      const sailing = data.targets.map((target, i) => [target, marks[i]]).filter(([{ way }]) => way);
      for (const [target, mark] of sailing) moveTarget(target, mark, t);
      if (sailing.length) label();
      const tracks = [], dots = [], words = [];
      for (const flight of flights) {
        if (t > flight.path.end) continue;
        const v = flight.path.direction(t), [x, y] = placeOnMap(v), [lon, lat] = toPlace(v);
        const [line, strip] = trackParts(flight, t);
        tracks.push(drawn("path", { class: "strip", d: strip }),
          drawn("path", { class: "track", d: line }));
        const reach = between(flight.reach, data.step, t);
        if (reach > 0) tracks.push(drawn("path", { class: "foot", d: circleData(v, reach) }));
        const dot = drawn("circle", { class: "craft", cx: x.toFixed(1), cy: y.toFixed(1) });
        dot.dataset.lon = lon.toFixed(3);
        dot.dataset.lat = lat.toFixed(3);
        const title = drawn("title", {});
        title.textContent = flight.name;
        dot.append(title);
        dots.push(dot);
        const high = flight.path.height(t);
        words.push(`${flight.name}: ${placeWords(lon, lat, 1)}, ${Math.round(high)} km up`);
      }
      if (!dots.length) words.push("no satellite is drawn at this time");
      layer.replaceChildren(...tracks, ...dots);
      find("night").setAttribute("d", nightData(t));
      const now = heard(t), hearing = new Set(now.map(([station]) => station));
      root.querySelectorAll(".mark.station").forEach((mark, i) => {
        mark.toggleAttribute("hidden", !(data.stations[i].mask & (1 << state.network)));
        mark.classList.toggle("hearing", hearing.has(i));
      });
      const circles = [...hearing].map((station) => data.stations[station])
        .filter(({ hears }) => hears > 0)
        .map(({ lon, lat, hears }) => circleData(toVector(lon, lat), hears));
      find("hearing").setAttribute("d", circles.join(""));
      const seen = new Set(data.accesses.filter((row) => row[2] <= t && t < row[3]).map((r) => r[0]));
      marks.forEach((mark, i) => mark.classList.toggle("seen", seen.has(i)));
      const names = [...hearing].map((station) => data.stations[station].name);
      const many = names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
      const contact = !data.networks.length ? ""
        : names.length ? `In contact: ${many}.` : "No contact.";
      const looks = seen.size ? ` In view: ${[...seen].map((i) => data.targets[i].name).join(", ")}.` : "";
      const status = `${contact}${looks}`;
      // A screen reader hears of it when it changes, not at every minute.
      if (status !== told) find("status").textContent = told = status;
      const few = words.length > 3 ? [`${words.length} satellites`] : words;
      find("where").textContent = [`${data.days[state.day].name}, ${both(t)}`, ...few].join(" · ");
      const slider = find("time");
      slider.value = state.minute;
      slider.setAttribute("aria-valuetext", both(t));
      const cursor = find("cursor");
      cursor.setAttribute("x1", t / MINUTE);
      cursor.setAttribute("x2", t / MINUTE);
    };

    // The strips that are imaged in the day, those of the region that is shown.
    const strips = data.strips.map((strip) => ({
      ...strip, lon: scaled(strip.lon, 0, 360 / 65534), lat: scaled(strip.lat, -90, 180 / 65534),
    }));
    const paintStrips = () => {
      const from = data.days[state.day].start, region = regionNow();
      const parts = strips
        .filter((strip) => strip.region === region?.id && strip.start >= from && strip.start < from + DAY)
        .map((strip) => lineData(Array.from(strip.lon, (x, i) => project(x, strip.lat[i])), data.map.width));
      find("strips").setAttribute("d", parts.map((part) => `${part}z`).join(""));
    };

    // ---- the day ----

    const paintDay = () => {
      const line = find("timeline"), day = data.days[state.day];
      const height = line.viewBox.baseVal.height;
      line.setAttribute("viewBox", `${day.start / MINUTE} 0 1440 ${height}`);
      for (const select of root.querySelectorAll("select.day")) select.value = String(state.day);
      find("before").disabled = state.day === 0;
      find("after").disabled = state.day === data.days.length - 1;
      paintStrips();
      writeEvents();
    };
    const writeEvents = () => {
      const from = data.days[state.day].start, to = from + DAY, rows = [];
      const inDay = (t) => t >= from && t < to;
      const by = (craft) => (data.satellites.length > 1 ? data.satellites[craft] : "");
      for (const [target, craft, begin, end] of data.accesses) {
        if (inDay(begin)) rows.push([begin, "Access", data.targets[target].name, by(craft), lasting(end - begin)]);
      }
      for (const [target, craft, taken, ...late] of data.pictures) {
        if (inDay(taken)) rows.push([taken, "Picture", data.targets[target].name, by(craft), ""]);
        const at = late[state.network];
        if (at >= 0 && inDay(at)) {
          rows.push([at, "Delivery", data.targets[target].name, by(craft), `${lasting(at - taken)} after the picture`]);
        }
      }
      for (const { station, craft, mask, windows } of contacts) {
        if (!(mask & (1 << state.network))) continue;
        for (const [begin, end] of windows) {
          if (inDay(begin)) rows.push([begin, "Contact", data.stations[station].name, by(craft), lasting(end - begin)]);
        }
      }
      rows.sort((a, b) => a[0] - b[0]);
      const body = find("events");
      body.replaceChildren(...rows.slice(0, MOST_EVENTS).map(([at, ...cells]) => {
        const row = made("tr");
        row.append(made("td", clock(at, 0, true)), made("td", clock(at, ahead(at), true)),
          ...cells.map((cell) => made("td", cell)));
        return row;
      }));
      const more = rows.length > MOST_EVENTS ? `, the first ${MOST_EVENTS} shown` : "";
      find("event-count").textContent = `${rows.length} events${more}`;
    };
    const goTo = (t) => {
      let day = 0;
      data.days.forEach((each, i) => { if (each.start <= t) day = i; });
      state.day = day;
      state.minute = Math.max(0, Math.min(1439, (t - data.days[day].start) / MINUTE));
      paintDay();
      paintTime();
    };
    const bounded = () => {
      const day = data.days[state.day];
      state.minute = Math.max(-day.start / MINUTE, Math.min(state.minute, (data.length - day.start) / MINUTE));
    };
    const chooseDay = (day) => {
      state.day = Math.max(0, Math.min(data.days.length - 1, day));
      bounded();
      paintDay();
      paintTime();
    };

    // ---- controls ----

    root.querySelectorAll("select.day").forEach((select) =>
      select.addEventListener("change", () => chooseDay(Number(select.value))));
    find("before").addEventListener("click", () => chooseDay(state.day - 1));
    find("after").addEventListener("click", () => chooseDay(state.day + 1));
    find("time").addEventListener("input", (event) => {
      state.minute = Number(event.target.value);
      bounded();
      paintTime();
    });
    find("figure")?.addEventListener("change", (event) => {
      state.figure = Number(event.target.value);
      paintFigure();
    });
    find("region")?.addEventListener("change", () => {
      untell();
      paintFigure();
      paintStrips();
    });
    find("network")?.addEventListener("change", (event) => {
      state.network = Number(event.target.value);
      root.querySelectorAll(".reach").forEach((reach, i) =>
        reach.toggleAttribute("hidden", i !== state.network));
      paintFigure();
      paintTime();
      writeEvents();
      if (state.chosen !== null) tellTarget(state.chosen);
      else if (state.cell !== null) tellCell(state.cell);
      label();
    });
    const paintFigure = () => {
      paintCells();
      paintTargets();
      writeLegend();
    };
    let timer = 0;
    find("play").addEventListener("click", (event) => {
      const running = timer !== 0;
      event.target.setAttribute("aria-pressed", String(!running));
      event.target.textContent = running ? "Play" : "Stop";
      clearInterval(timer);
      timer = running ? 0 : setInterval(() => {
        state.minute += 1;
        if (state.minute > 1439) {
          state.minute = 0;
          chooseDay((state.day + 1) % data.days.length);
        } else paintTime();
      }, 60);
    });

    // The first picture of the first day with any, or its noon.
    const first = data.pictures.find((row) => row[2] >= data.days[state.day].start);
    state.minute = first ? Math.round((first[2] - data.days[state.day].start) / MINUTE) : 720;
    bounded();
    root.querySelectorAll("[data-script]").forEach((node) => node.removeAttribute("hidden"));
    root.querySelectorAll("[data-still]").forEach((node) => node.remove());
    root.querySelectorAll(".reach").forEach((reach, i) => reach.toggleAttribute("hidden", i !== 0));
    new ResizeObserver(show).observe(map);
    fit(data.near);
    paintFigure();
    paintDay();
    paintTime();
  };

  // ---- tables and the page ------------------------------------------------------------------------

  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = made("button", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
        const number = (row) => Number.parseFloat(key(row));
        const rows = [...table.tBodies[0].rows].sort((a, b) => {
          const [x, y] = [number(a), number(b)];
          const order = Number.isNaN(x) || Number.isNaN(y) ? key(a).localeCompare(key(b)) : x - y;
          return down ? -order : order;
        });
        table.tBodies[0].append(...rows);
      });
    });
  };

  const runs = [...document.querySelectorAll("section.run")];
  const begun = new Set();
  const open = (number) => {
    runs.forEach((run, i) => run.toggleAttribute("hidden", i !== number));
    document.querySelectorAll("nav.runs button").forEach((button, i) =>
      button.setAttribute("aria-pressed", String(i === number)));
    if (begun.has(number)) return;
    begun.add(number);
    start(runs[number]);
  };
  document.querySelectorAll("nav.runs").forEach((nav) => nav.removeAttribute("hidden"));
  document.querySelectorAll("nav.runs button").forEach((button, i) =>
    button.addEventListener("click", () => open(i)));
  document.querySelectorAll("table.sortable").forEach(sortable);
  open(0);
  document.documentElement.dataset.ready = "yes";
})();
