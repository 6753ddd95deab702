// What the cutover pages gain from JavaScript. Without it every form and link works the same.
(() => {
  'use strict';

  // --- Times: beside UTC the reader's own clock, where it differs.
  function localTimes(root) {
    for (const time of root.querySelectorAll('time[data-local]:not([data-done])')) {
      time.dataset.done = '';
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0) continue;
      const sameDay = at.getDate() === at.getUTCDate();
      const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
      const format = sameDay || time.dataset.local === 'time' ? clock : { day: 'numeric', month: 'short', ...clock };
      time.append(' · ' + new Intl.DateTimeFormat(undefined, format).format(at) + ' local');
      time.title = Intl.DateTimeFormat().resolvedOptions().timeZone;
    }
  }

  // --- Countdowns: the server says until when, the seconds are counted here.
  function countDown() {
    for (const place of document.querySelectorAll('[data-countdown]')) {
      const left = Math.max(0, Math.floor((new Date(place.dataset.countdown) - Date.now()) / 1000));
      const parts = [[Math.floor(left / 86400), 'd'], [Math.floor(left / 3600) % 24, 'h'], [Math.floor(left / 60) % 60, 'min'], [left % 60, 's']].filter(([n]) => n > 0);
      place.textContent = parts.slice(0, 2).map(([n, unit]) => `${n} ${unit}`).join(' ') || '0 s';
    }
  }
  setInterval(countDown, 1000);

  // --- Type to confirm: the button waits for the name. The server checks it again.
  function confirmations(root) {
    for (const field of root.querySelectorAll('input[data-confirm]')) {
      const button = field.form.querySelector('button[type=submit]');
      const check = () => { button.disabled = field.value.trim() !== field.dataset.confirm.trim(); };
      field.addEventListener('input', check);
      check();
    }
  }

  // --- Forms: sent once; a slow one says what it is doing.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    if (form.dataset.slow) {
      const told = document.createElement('p');
      told.setAttribute('role', 'status');
      told.className = 'alert alert-busy';
      told.textContent = form.dataset.slow;
      form.append(told);
    }
  });
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));

  // --- Throughput: rows per second over time. The table below the chart has the same figures.
  let chart;
  async function drawChart() {
    const page = document.querySelector('main[data-throughput]');
    const canvas = document.getElementById('chart');
    if (!page || !canvas || !window.Chart) return;
    const answer = await fetch(page.dataset.throughput, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    const curve = await answer.json();
    const points = [];
    for (let i = 1; i < curve.points.length; i++) {
      const from = curve.points[i - 1], to = curve.points[i];
      const seconds = (new Date(to.at) - new Date(from.at)) / 1000;
      if (seconds > 0 && to.rows >= from.rows) points.push({ at: new Date(to.at), rate: Math.round((to.rows - from.rows) / seconds) });
    }
    // Two points are a line that says nothing.
    canvas.parentElement.hidden = points.length < 3;
    if (points.length < 3) return;
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--text-muted').trim() || '#666', line = style.getPropertyValue('--accent').trim() || '#1a5fb4';
    const data = { labels: points.map(p => p.at.toLocaleTimeString()), datasets: [{ data: points.map(p => p.rate), borderColor: line, backgroundColor: line, pointRadius: 0, borderWidth: 2, tension: 0.2 }] };
    if (chart && chart.canvas === canvas) {
      chart.data = data;
      chart.update('none');
      return;
    }
    chart?.destroy();
    chart = new window.Chart(canvas, { type: 'line', data, options: { animation: false, maintainAspectRatio: false,
      plugins: { legend: { display: false }, title: { display: true, text: 'Rows per second', color: ink, align: 'start' } },
      scales: { x: { ticks: { maxTicksLimit: 6, color: ink }, grid: { display: false } }, y: { beginAtZero: true, ticks: { color: ink, maxTicksLimit: 5 } } } } });
  }

  // --- Probes: their figures over time, with the bounds. The tables beside them have the latest.
  const curves = new Map();
  async function drawSamples() {
    const place = document.querySelector('[data-samples]');
    if (!place || !window.Chart) return;
    const answer = await fetch(place.dataset.samples, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    const style = getComputedStyle(document.documentElement), colour = (name, or) => style.getPropertyValue(name).trim() || or;
    const ink = colour('--text-muted', '#666'), line = colour('--accent', '#1a5fb4'), bad = colour('--bad', '#a51d2d');
    for (const probe of await answer.json()) {
      const canvas = document.getElementById('samples-' + probe.probe);
      if (!canvas) continue;
      const points = probe.points.filter(p => p.value !== null);
      canvas.parentElement.hidden = points.length < 3;
      if (points.length < 3) continue;
      const tone = points.map(p => p.breach ? bad : line);
      const bounds = [['at least', probe.least], ['at most', probe.most]].filter(b => b[1] !== null)
        .map(([label, value]) => ({ label, data: points.map(() => value), borderColor: bad, borderDash: [6, 4], borderWidth: 1, pointRadius: 0 }));
      const data = { labels: points.map(p => new Date(p.at).toLocaleTimeString()), datasets: [
        { label: probe.title, data: points.map(p => p.value), borderColor: line, pointBackgroundColor: tone, pointBorderColor: tone, pointRadius: points.map(p => p.breach ? 4 : 0), borderWidth: 2 }, ...bounds] };
      const known = curves.get(probe.probe);
      if (known) { known.data = data; known.update('none'); continue; }
      curves.set(probe.probe, new window.Chart(canvas, { type: 'line', data, options: { animation: false, maintainAspectRatio: false,
        plugins: { legend: { display: false }, title: { display: true, text: probe.title + (probe.unit ? ', ' + probe.unit : ''), color: ink, align: 'start' } },
        scales: { x: { ticks: { maxTicksLimit: 6, color: ink }, grid: { display: false } }, y: { beginAtZero: true, ticks: { color: ink, maxTicksLimit: 5 } } } } }));
    }
  }

  // A chart's colours are its own: they change with the page's.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { chart?.destroy(); chart = undefined; drawChart(); curves.forEach(each => each.destroy()); curves.clear(); drawSamples(); });

  function dress(root) {
    localTimes(root);
    confirmations(root);
  }

  // --- Live: the server tells that there is something new, the page fetches it and puts each region in place.
  // A region somebody is typing in stays as it is; its button carries the version it was drawn with, so an old one is
  // answered with the new state.
  const main = document.querySelector('main[data-live]');
  const lost = document.getElementById('connection-lost');
  const SILENCE = 25000, ASK = 5000, CALM = 500;
  const drawn = new Map();
  let heard = Date.now(), seen = null, fetching = false, again = false;

  // What the server sent, without what differs from answer to answer.
  const plain = region => region.outerHTML.replace(/<input[^>]*name="_csrf"[^>]*>/g, '');

  const changed = field => field.type === 'checkbox' || field.type === 'radio' ? field.checked !== field.defaultChecked
    : field.tagName === 'SELECT' ? ![...field.options].every((o, i) => o.selected === o.defaultSelected || (i === 0 && field.selectedIndex === 0))
    : field.type !== 'hidden' && field.value !== field.defaultValue;

  const busy = region => [...region.querySelectorAll('input, textarea, select')].some(field => field === document.activeElement || changed(field))
    || [...region.querySelectorAll('form')].some(form => form.dataset.sent);

  function put(fresh, old) {
    if (busy(old)) {
      for (const inner of fresh.querySelectorAll('[data-region]')) {
        const place = document.getElementById(inner.id);
        if (place && inner.parentElement.closest('[data-region]') === fresh && old.contains(place)) put(inner, place);
      }
      return;
    }
    const html = plain(fresh);
    if (drawn.get(old.id) === html) return;
    drawn.set(old.id, html);
    const open = new Map([...old.querySelectorAll('details[id]')].map(details => [details.id, details.open]));
    const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
    const canvas = old.querySelector('canvas'), scrolled = new Map([...old.querySelectorAll('pre')].map((pre, i) => [i, pre.scrollTop + pre.clientHeight < pre.scrollHeight - 8 ? pre.scrollTop : null]));
    const next = document.importNode(fresh, true);
    for (const details of next.querySelectorAll('details[id]')) if (open.has(details.id)) details.open = open.get(details.id);
    // The chart keeps its canvas: drawn anew it would flicker.
    if (canvas && next.querySelector('canvas')) next.querySelector('.chart-box').replaceWith(canvas.parentElement);
    old.replaceWith(next);
    next.querySelectorAll('pre').forEach((pre, i) => { pre.scrollTop = scrolled.get(i) ?? pre.scrollHeight; });
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    dress(next);
  }

  async function refresh() {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const answer = await fetch(main.dataset.liveFrom || location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
      if (answer.redirected) { location.reload(); return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const region of page.querySelectorAll('[data-region]')) {
        const old = document.getElementById(region.id);
        if (old && !region.parentElement.closest('[data-region]')) put(region, old);
      }
      alive();
      drawChart();
      drawSamples();
    } catch {
      // Nothing heard: the watch below shows the banner.
    } finally {
      fetching = false;
      if (again) { again = false; setTimeout(refresh, CALM); }
    }
  }

  function alive() {
    heard = Date.now();
    if (lost) lost.hidden = true;
  }

  let source;

  function listen() {
    source = new EventSource(main.dataset.live);
    source.addEventListener('revision', event => {
      alive();
      const number = Number(event.data);
      if (number !== seen) {
        const first = seen === null && number === Number(document.querySelector('[data-revision]')?.dataset.revision);
        seen = number;
        if (!first) refresh();
      }
    });
    source.addEventListener('beat', alive);
    // A server that refuses the stream closes it for good; asking goes on below, and the stream is tried again.
    source.addEventListener('error', () => { if (source.readyState === EventSource.CLOSED) setTimeout(listen, 30000); });
  }

  function watch() {
    const open = source.readyState === EventSource.OPEN;
    if (!open) refresh();
    if (lost && Date.now() - heard > (open ? SILENCE : 2 * ASK)) lost.hidden = false;
  }

  dress(document);
  window.addEventListener('load', () => { drawChart(); drawSamples(); });
  document.querySelectorAll('pre.output').forEach(pre => { pre.scrollTop = pre.scrollHeight; });
  document.getElementById('alert')?.focus();
  if (main && window.EventSource) {
    listen();
    setInterval(watch, ASK);
  }
})();
