/* A line chart over time by ECharts, loaded when the first chart is drawn. Colours come from the style sheet. */
import { LitElement } from 'lit';
import { clock } from './parts.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

class Chart extends LitElement {
  static properties = { label: {}, series: {}, floor: { type: Number }, digits: { type: Number } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.setAttribute('role', 'img');
    this.recolour = () => this.requestUpdate();
    dark.addEventListener('change', this.recolour);
  }

  disconnectedCallback() {
    dark.removeEventListener('change', this.recolour);
    this.resizes?.disconnect();
    this.chart?.dispose();
    this.chart = null;
    super.disconnectedCallback();
  }

  async updated() {
    const last = this.series.map((each) => `${each.name} ${this.text(each.data.at(-1)?.[1])}`).join(', ');
    this.setAttribute('aria-label', `${this.label}; now ${last}`);
    const { init } = await import('./echarts.js');
    if (!this.isConnected) {
      return;
    }
    if (!this.chart) {
      this.chart = init(this, null, { renderer: 'canvas' });
      this.resizes = new ResizeObserver(() => this.chart?.resize());
      this.resizes.observe(this);
    }
    this.chart.setOption(this.options(), { notMerge: true });
  }

  text(value) {
    return value == null ? 'unknown' : this.digits ? value.toFixed(this.digits) : String(Math.round(value));
  }

  options() {
    const style = getComputedStyle(this);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const muted = colour('muted');
    const line = colour('line');
    const font = { color: muted, fontFamily: style.fontFamily, fontSize: 11 };
    return {
      animation: false,
      grid: { left: 4, right: 10, top: this.series.length > 1 ? 30 : 14, bottom: 4, containLabel: true },
      legend:
        this.series.length > 1
          ? { top: 0, left: 0, itemWidth: 14, itemHeight: 8, icon: 'roundRect', textStyle: font }
          : undefined,
      // Rich text is drawn on the canvas: HTML would bring inline styles, which the page's policy forbids.
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        backgroundColor: colour('surface'),
        borderColor: line,
        textStyle: { ...font, color: colour('text') },
        formatter: (points) =>
          [clock(points[0].value[0]), ...points.map((each) => `${each.seriesName} ${this.text(each.value[1])}`)].join(
            '\n',
          ),
      },
      xAxis: {
        type: 'time',
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
        splitNumber: 4,
        axisLabel: {
          ...font,
          hideOverlap: true,
          formatter: { day: '{HH}:{mm}', hour: '{HH}:{mm}', minute: '{HH}:{mm}', second: '{HH}:{mm}:{ss}' },
        },
      },
      yAxis: {
        type: 'value',
        min: this.floor ?? 0,
        splitNumber: 4,
        axisLabel: font,
        splitLine: { lineStyle: { color: line } },
      },
      series: this.series.map((each) => ({
        name: each.name,
        type: 'line',
        showSymbol: false,
        smooth: 0.2,
        data: each.data,
        color: colour(each.tone),
        lineStyle: { width: 2 },
        areaStyle: { opacity: 0.1 },
      })),
    };
  }
}
customElements.define('kpf-chart', Chart);
