package io.nvmevf.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A drawing.
 *
 * @param name of its file, without an ending
 * @param text for who cannot see it
 */
public record Plot(String name, String text, Chart<?, ?> chart) {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 480;
    private static final Color LIMIT = new Color(0xB0, 0x20, 0x20);
    private static final Color[] COLORS = {
        new Color(0x1F, 0x5F, 0xA8),
        new Color(0xE0, 0x8A, 0x1E),
        new Color(0x3A, 0x8F, 0x4D),
        new Color(0x7A, 0x4F, 0x9E)
    };
    private static final float LIMIT_WIDTH = 1.5f;
    private static final float[] DASHES = {6, 4};

    /** Points and lines over numbers. */
    public static final class Xy {
        private final XYChart chart;
        private int series;

        public Xy(String title, String x, String y) {
            chart = new XYChartBuilder()
                    .width(WIDTH)
                    .height(HEIGHT)
                    .title(title)
                    .xAxisTitle(x)
                    .yAxisTitle(y)
                    .build();
            style(chart.getStyler());
        }

        public Xy line(String name, double[] x, double[] y) {
            chart.addSeries(name, x, y)
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(COLORS[series++ % COLORS.length])
                    .setLineWidth(LIMIT_WIDTH);
            return this;
        }

        public Xy points(String name, double[] x, double[] y) {
            var drawn = chart.addSeries(name, x, y);
            drawn.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
            drawn.setMarker(series % 2 == 0 ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
            drawn.setMarkerColor(COLORS[series++ % COLORS.length]);
            return this;
        }

        /** A dashed line from one point to another: something that must not be crossed. */
        public Xy limit(String name, double[] x, double[] y) {
            chart.addSeries(name, x, y)
                    .setMarker(SeriesMarkers.NONE)
                    .setLineColor(LIMIT)
                    .setLineStyle(dashed());
            return this;
        }

        public Xy range(double yMin, double yMax) {
            chart.getStyler().setYAxisMin(yMin).setYAxisMax(yMax);
            return this;
        }

        public Plot plot(String name, String text) {
            return new Plot(name, text, chart);
        }
    }

    /** Bars over names. */
    public static final class Bars {
        private final CategoryChart chart;
        private final List<String> names;
        private int series;

        public Bars(String title, String x, String y, List<String> names) {
            this.names = List.copyOf(names);
            chart = new CategoryChartBuilder()
                    .width(WIDTH)
                    .height(HEIGHT)
                    .title(title)
                    .xAxisTitle(x)
                    .yAxisTitle(y)
                    .build();
            style(chart.getStyler());
            chart.getStyler().setAvailableSpaceFill(0.7).setXAxisLabelRotation(20);
        }

        public Bars bars(String name, double[] values) {
            chart.addSeries(name, names, boxed(values)).setFillColor(COLORS[series++ % COLORS.length]);
            return this;
        }

        /** A dashed line across all of them. */
        public Bars limit(String name, double value) {
            double[] values = new double[names.size()];
            Arrays.fill(values, value);
            var drawn = chart.addSeries(name, names, boxed(values));
            drawn.setChartCategorySeriesRenderStyle(org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle.Line);
            drawn.setMarker(SeriesMarkers.NONE);
            drawn.setLineColor(LIMIT);
            drawn.setLineStyle(dashed());
            return this;
        }

        public Bars range(double yMin, double yMax) {
            chart.getStyler().setYAxisMin(yMin).setYAxisMax(yMax);
            return this;
        }

        public Plot plot(String name, String text) {
            return new Plot(name, text, chart);
        }

        private static List<Double> boxed(double[] values) {
            return Arrays.stream(values).boxed().toList();
        }
    }

    /** Writes NAME.svg into a folder. */
    public void write(Path folder) throws IOException {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        ChartEncoder.saveChart(chart, drawn, "svg");
        // (Text is drawn as outlines; two decimals of a pixel are enough for them, and a third of the size.)
        String svg = drawn.toString(StandardCharsets.UTF_8).replaceAll("(\\.\\d\\d)\\d+", "$1");
        Files.writeString(folder.resolve(name + ".svg"), svg);
    }

    private static BasicStroke dashed() {
        return new BasicStroke(LIMIT_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, DASHES, 0);
    }

    private static void style(AxesChartStyler styler) {
        styler.setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16))
                .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
                .setLegendBorderColor(Color.WHITE);
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setPlotGridLinesColor(new Color(0xDD, 0xDD, 0xDD));
    }
}
