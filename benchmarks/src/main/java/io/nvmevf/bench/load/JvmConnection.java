package io.nvmevf.bench.load;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.util.List;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The management beans of another JVM of the same user. Its management agent is started over the attach mechanism, so it
 * needs no option for it.
 */
public final class JvmConnection implements Closeable {
    private final JMXConnector connector;
    private final MBeanServerConnection server;

    private JvmConnection(JMXConnector connector) throws IOException {
        this.connector = connector;
        server = connector.getMBeanServerConnection();
    }

    // The address was handed out by a process of the same user on this machine, which is trusted as the caller is.
    @SuppressWarnings("BanJNDI")
    public static JvmConnection open(long pid) throws IOException {
        return new JvmConnection(JMXConnectorFactory.connect(new JMXServiceURL(startAgent(pid))));
    }

    private static String startAgent(long pid) throws IOException {
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
            try {
                return jvm.startLocalManagementAgent();
            } finally {
                jvm.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("cannot attach to process " + pid, e);
        }
    }

    /** The one bean of a type. */
    public <T extends PlatformManagedObject> T bean(Class<T> type) throws IOException {
        return beans(type).getFirst();
    }

    /** All beans of a type. */
    public <T extends PlatformManagedObject> List<T> beans(Class<T> type) throws IOException {
        return ManagementFactory.getPlatformMXBeans(server, type);
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
