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
      const format = sameDay || time.dataset.local === 'time' ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' };
      time.append(' · ' + new Intl.DateTimeFormat(undefined, format).format(at) + ' local');
      time.title = Intl.DateTimeFormat().resolvedOptions().timeZone;
    }
  }

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
    const main = document.querySelector('main[data-throughput]');
    const canvas = document.getElementById('chart');
    if (!main || !canvas || !window.Chart) return;
    const answer = await fetch(main.dataset.throughput, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    const curve = await answer.json();
    const points = [];
    for (let i = 1; i < curve.points.length; i++) {
      const from = curve.points[i - 1], to = curve.points[i];
      const seconds = (new Date(to.at) - new Date(from.at)) / 1000;
      if (seconds > 0 && to.rows >= from.rows) points.push({ at: new Date(to.at), rate: Math.round((to.rows - from.rows) / seconds) });
    }
    canvas.parentElement.hidden = points.length < 2;
    if (points.length < 2) return;
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--muted').trim() || '#666', line = style.getPropertyValue('--accent').trim() || '#1a5fb4';
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

  function dress(root) {
    localTimes(root);
    confirmations(root);
  }
  dress(document);
  drawChart();
  document.getElementById('alert')?.focus();
  document.addEventListener('ferryman:fresh', event => { dress(event.target); drawChart(); });
})();
